import Indexing
import Testing

@testable import Retrieval

@Suite struct EmbeddingTextTests {
  @Test(arguments: [
    ("ServiceGroup.run()", ["Service", "Group", "run"]), ("snake_case_name", ["snake", "case", "name"]),
    ("HTTPServer", ["HTTPServer"]), ("utf8Decoder", ["utf8Decoder"]), ("", []), ("()", []),
    ("größeÄndern", ["größe", "Ändern"]),
  ])
  func `Identifiers are split into words`(identifier: String, words: [String]) {
    #expect(EmbeddingText.words(in: identifier) == words)
  }

  @Test func `File name and symbol come before the text`() {
    let chunk = Chunk(
      id: "", row: 0, path: "Sources/ServiceLifecycle/ServiceGroup.swift", language: "swift",
      symbol: "ServiceGroup.run()", kind: "func", startLine: 1, endLine: 1, text: "func run() {}", contentHash: "")
    #expect(EmbeddingText.text(for: chunk) == "Service Group | Service Group run\nfunc run() {}")
  }

  @Test func `A chunk without symbol has its file name, a file without name only its text`() {
    let chunk = Chunk(
      id: "", row: 0, path: "docs/.x", language: "text", symbol: nil, kind: nil, startLine: 1, endLine: 1, text: "t",
      contentHash: "")
    #expect(EmbeddingText.text(for: chunk) == "x\nt")
  }
}
