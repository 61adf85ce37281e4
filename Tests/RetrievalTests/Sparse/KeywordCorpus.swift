import Foundation
import Indexing

@testable import Retrieval

/// Chunks for the keyword index, and the index over them.
enum KeywordCorpus {
  /// Words as code and its comments have them: inflected, joined, with digits, in other scripts.
  static let stock = [
    "shutdown", "shutting", "gracefully", "graceful", "listener", "listeners", "parse", "parsing", "parsed",
    "JSONParser",
    "utf8View", "index_of", "indexes", "indexing", "relational", "conditional", "hopefulness", "sensibility", "flies",
    "dying", "agreed", "hopping", "falling", "naïve", "Größe", "größen", "検索", "über", "sha256", "HTTPServer", "x", "y",
    "id", "the", "of", "a", "return", "func", "self", "value", "values", "controller", "rolled", "rate", "cease",
  ]

  static func chunk(_ row: Int, symbol: String? = nil, path: String = "", _ text: String) -> Chunk {
    Chunk(
      id: "id\(row)", row: Int64(row), path: path, language: "swift", symbol: symbol, kind: nil, startLine: 1,
      endLine: 2,
      text: text, contentHash: "h\(row)")
  }

  /// Reproducible chunks of very different lengths, in which few words are frequent and most are rare. Some have no word.
  static func chunks(_ count: Int, seed: UInt64) -> [Chunk] {
    var generator = SplitMix64(state: seed)
    func words(_ number: Int) -> String {
      (0..<number).map { _ in
        let u = Double.random(in: 0..<1, using: &generator)
        let place = Int(u * u * Double(stock.count + 200))
        return place < stock.count ? stock[place] : "rare\(place)"
      }.joined(separator: [" ", "_", ".", "("][Int.random(in: 0..<4, using: &generator)])
    }
    return (0..<count).map { row in
      let length = Int.random(in: 0..<8, using: &generator) == 0 ? 0 : Int.random(in: 1...120, using: &generator)
      return chunk(
        row, symbol: Bool.random(using: &generator) ? words(2) : nil,
        path: length == 0 ? "+/-" : "Sources/\(words(1))/File\(row % 7).swift", length == 0 ? "+++ 🙂" : words(length))
    }
  }

  static func questions(_ count: Int, seed: UInt64) -> [String] {
    var generator = SplitMix64(state: seed)
    return (0..<count).map { _ in
      (0..<Int.random(in: 1...12, using: &generator)).map { _ in
        Int.random(in: 0..<9, using: &generator) == 0
          ? "rare\(Int.random(in: 0..<250, using: &generator))"
          : stock[Int.random(in: 0..<stock.count, using: &generator)]
      }.joined(separator: " ")
    }
  }

  /// This repository's sources, cut every twenty lines.
  static func repository(_ folder: String) throws -> [Chunk] {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let files = FileManager.default.enumerator(atPath: root.appendingPathComponent(folder).path)
    let names = (files?.allObjects as? [String] ?? []).filter { $0.hasSuffix(".swift") || $0.hasSuffix(".md") }.sorted()
    var chunks: [Chunk] = []
    for name in names {
      let text = try String(contentsOf: root.appendingPathComponent("\(folder)/\(name)"), encoding: .utf8)
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      for start in stride(from: 0, to: lines.count, by: 20) {
        chunks.append(
          chunk(
            chunks.count, path: "\(folder)/\(name)", lines[start..<min(start + 20, lines.count)].joined(separator: "\n")
          ))
      }
    }
    return chunks
  }

  static func file(_ chunks: [Chunk], in folder: TemporaryFolder) throws -> String {
    let builder = BM25IndexBuilder()
    builder.add(chunks)
    try builder.save(to: folder.file("bm25.index"))
    return folder.file("bm25.index")
  }

  static func index(_ chunks: [Chunk], in folder: TemporaryFolder) throws -> BM25Index {
    try BM25Index.open(path: file(chunks, in: folder))
  }
}
