import Embedding
import Foundation
import Testing

@testable import VLLMTransport

struct ConfigurationTests {
  @Test(arguments: [
    ("http://127.0.0.1:8000", "http://127.0.0.1:8000"), ("http://h:1/v1", "http://h:1"), ("http://h/v1/", "http://h"),
    ("HTTPS://Host.example/api/v1//", "https://Host.example/api"), ("http://[::1]:9/", "http://[::1]:9"),
  ])
  func `the address with or without v1`(text: String, root: String) throws {
    #expect(try Endpoint(text).root == root)
  }

  @Test(arguments: [
    "", "127.0.0.1:8000", "ftp://h", "http://", "http://h?x=1", "http://h#f", "http://user:hunter2@h", "http://h:99999",
    "http://h:0",
  ])
  func `an unusable address is refused without being repeated`(text: String) {
    let error = #expect(throws: EmbeddingError.self) { try Endpoint(text) }
    #expect(error?.code == .invalidSetting)
    #expect(error?.description.contains("hunter2") == false)
  }

  @Test func `a key goes to another machine only over TLS, unless that is allowed`() throws {
    var configuration = VLLMConfiguration(url: "http://models.example", apiKeyFile: "/k")
    #expect(throws: EmbeddingError(.invalidSetting, "")) { try configuration.validated() }
    configuration.allowsKeyWithoutTLS = true
    _ = try configuration.validated()
    configuration.allowsKeyWithoutTLS = false
    for url in ["https://models.example", "http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1"] {
      configuration.url = url
      _ = try configuration.validated()
    }
    configuration.url = "http://127.0.0.1.example.com"
    #expect(throws: EmbeddingError(.invalidSetting, "")) { try configuration.validated() }
  }

  typealias Change = @Sendable (inout VLLMConfiguration) -> Void
  static let changes: [(String, Change)] = [
    ("maxTexts", { $0.maxTexts = 0 }), ("maxConcurrency", { $0.maxConcurrency = 0 }),
    ("maxAttempts", { $0.maxAttempts = 0 }), ("deadline", { $0.deadline = .zero }), ("dimension", { $0.dimension = 0 }),
    ("model", { $0.model = "" }),
  ]

  @Test(arguments: changes)
  func `a setting out of range is named`(name: String, change: Change) {
    var configuration = VLLMConfiguration(url: "http://127.0.0.1:1")
    change(&configuration)
    let error = #expect(throws: EmbeddingError.self) { try configuration.validated() }
    #expect(error?.message.contains(name) == true)
  }

  @Test func `texts are divided by number and by bytes, and all of them are sent`() {
    let texts = ["aa", "bb", "cccccccc", "d", "e", "f"]
    #expect(RequestSlices.divide(texts, maxTexts: 2, maxBytes: 100) == [0..<2, 2..<4, 4..<6])
    #expect(RequestSlices.divide(texts, maxTexts: 9, maxBytes: 4) == [0..<2, 2..<3, 3..<6])
    #expect(RequestSlices.divide([], maxTexts: 9, maxBytes: 4).isEmpty)
  }

  // MARK: - Key

  @Test func `the key is the file without its line end, and never shows`() throws {
    let scratch = try Scratch()
    let key = try APIKey(path: scratch.write(" sk-secret\r\n", to: "key"))
    #expect(key.secret == "sk-secret")
    var dumped = ""
    dump(key, to: &dumped)
    let call = HTTPCall(method: .get, url: "u", key: key)
    for text in ["\(key)", String(reflecting: key), "\([key])", dumped, "\(call)"] {
      #expect(!text.contains("sk-secret"))
    }
  }

  @Test(arguments: ["", " \n", "two words", "line\nbreak", "ümlaut", String(repeating: "x", count: 9000)])
  func `a file without one usable key is refused`(content: String) throws {
    let scratch = try Scratch()
    let path = try scratch.write(content, to: "key")
    let error = #expect(throws: EmbeddingError.self) { try APIKey(path: path) }
    #expect(error?.code == .keyUnusable)
    #expect(error?.path == path)
  }

  @Test func `a missing key file is named`() throws {
    let path = try Scratch().path + "/none"
    let error = #expect(throws: EmbeddingError.self) { try APIKey(path: path) }
    #expect(error?.code == .keyUnusable)
    #expect(error?.path == path)
  }
}
