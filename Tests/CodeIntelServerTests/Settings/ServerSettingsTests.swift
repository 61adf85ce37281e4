import Foundation
import RuntimeCells
import Testing

@testable import CodeIntelServer

@Suite struct ServerSettingsTests {
  @Test func `every setting that makes no sense is named at once`() {
    var settings = ServerSettings()
    settings.port = 70_000
    settings.host = ""
    settings.maximumBodyBytes = 0
    settings.searchLimits = GateLimits(maxConcurrency: 0)
    let error = #expect(throws: ServerError.self) { try settings.validate() }
    #expect(error?.code == .invalidSettings)
    for word in ["port is 70000", "host", "maximum body", "search concurrency"] {
      #expect(error?.message.contains(word) == true, "\(word)")
    }
  }

  @Test func `the defaults are fine and loopback`() throws {
    try ServerSettings().validate()
    #expect(ServerSettings().host == "127.0.0.1")
    #expect(ServerSettings().adminLoopbackOnly)
  }

  @Test func `a token file may end with a new line, must be there and long enough`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "token-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "token").path
    try Data("0123456789abcdef\n".utf8).write(to: URL(filePath: file))
    let token = try AdminToken(file: file)
    #expect(token.matches("0123456789abcdef"))
    #expect(!token.matches("0123456789abcdef\n"))
    #expect(!token.matches(""))
    #expect(!"\(token)".contains("0123"))
    #expect(throws: ServerError(.adminToken, "")) { try AdminToken(file: file + ".missing") }
    #expect(throws: ServerError(.adminToken, "")) { try AdminToken("short") }
  }

  @Test(arguments: [
    ("no folder here", "no folder here"), ("(/home/me/.cache/model.safetensors)", "(…/model.safetensors)"),
    ("see /var/lib/x/y: gone", "see …/y: gone"), ("/problems/no-index", "…/no-index"),
    ("1/2 done and/or not", "1/2 done and/or not"),
    ("path=/a/b/c.", "path=…/c."),
  ])
  func `folders of the host are taken out of texts`(text: String, shown: String) {
    #expect(HostPaths.removed(from: text) == shown)
  }
}
