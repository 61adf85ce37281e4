import Embedding
import Foundation
import Synchronization
import Testing

@testable import Indexing
@testable import Retrieval

/// Trees that change a little at a time, with real files; the model gives each word a vector of its own.
@Suite struct TokenReuseTests {
  typealias Project = DenseArtifactBuilderTests.Project

  final class WordTokens: TokenEncoder {
    let modelID: String
    let dimension = 32
    let maximumTokens = 64
    private let asked = Mutex<[String]>([])
    var texts: [String] { asked.withLock { $0 } }

    init(modelID: String = "words") { self.modelID = modelID }

    func encodeTokens(_ texts: [String]) async throws -> [TokenVectors] {
      asked.withLock { $0 += texts }
      return texts.map { text in
        let rows = text.split(whereSeparator: { !$0.isLetter }).map { word in
          TestVectors(count: 1, dimension: 32, clusters: 1, seed: word.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) }).rows[
            0]
        }
        return TokenVectors(dimension: 32, values: rows.flatMap { $0 })
      }
    }
    func tokens(of text: String) -> [String] { text.split(whereSeparator: { !$0.isLetter }).map(String.init) }
    func exceedsLimit(_ text: String) -> Bool { false }
  }

  private func index(
    _ project: Project, _ element: TokenElement, _ encoder: WordTokens, keptTokens: Int = 1
  ) async throws -> Generation {
    let builder = TokenArtifactBuilder(encoder: encoder, element: element, batch: 3, keptTokens: keptTokens)
    _ = try await IndexBuilder(store: project.store, artifacts: [builder]).run(roots: [project.tree])
    return try #require(try project.store.current())
  }

  private func open(_ generation: Generation) throws -> XTRIndex {
    try XTRIndex.open(
      path: generation.directory + "/xtr.index", expected: XTRMetadata(generation.manifest.artifact("xtr")))
  }

  /// Each chunk's exact score for a question, by its text.
  private func scores(_ generation: Generation, _ question: String) async throws -> [String: Double] {
    let index = try open(generation)
    let chunks = try generation.openChunks()
    defer { try? chunks.close() }
    let rows = Array(0..<Int64(index.count))
    let vectors = try #require(try await WordTokens().encodeTokens([question]).first)
    let hits = try index.rescore(vectors, documents: rows)
    let texts = try await chunks.chunks(rows: rows).map { EmbeddingText.text(for: $0) }
    return Dictionary(hits.map { (texts[Int($0.row)], $0.score) }) { first, _ in first }
  }

  @Test func `In four bits what is kept scores as before, and what is new is coded beside it`() async throws {
    let project = try DenseMergeTests.project()
    let first = try await index(project, .residual4, WordTokens())
    let before = try await scores(first, "cache server merge")
    try project.write("file3.txt", "an edited parser of tokens\n")
    try FileManager.default.removeItem(atPath: project.tree + "/file30.txt")
    let encoder = WordTokens()
    let second = try await index(project, .residual4, encoder)
    #expect(encoder.texts.count == 1 && encoder.texts[0].contains("edited"))
    let record = try #require(second.manifest.artifact("xtr"))
    #expect(record.settings["untrained"] == "1")
    #expect(record.settings["checksum"] == (try open(second).metadata.checksum).map { String($0, radix: 16) })
    #expect(record.settings["reused"] == String(try open(second).count - 1))
    #expect(try open(second).metadata.centroids == open(first).metadata.centroids)
    let after = try await scores(second, "cache server merge")
    #expect(after.count == before.count - 1)
    for (text, score) in after where !text.contains("edited") { #expect(before[text] == score) }

    try second.verify(.full)
  }

  @Test func `What is new of the same kind loses no more than what the centroids were trained on, but for a quarter`()
    throws
  {
    let folder = try TemporaryFolder()
    let corpus = TokenCorpus(documents: 2_400, seed: 3)
    func built(_ name: String, keeping: XTRIndex?, _ first: Int) throws -> XTRIndex {
      let builder = try XTRIndexBuilder(
        path: folder.file(name), modelID: "m", dimension: 32, element: .residual4, keeping: keeping)
      for (row, document) in corpus.documents.enumerated().prefix(first) {
        if let keeping, row < keeping.count {
          try builder.add(document: Int64(row), of: keeping)
        } else {
          try builder.add(document)
        }
      }
      _ = try builder.finish()
      return try XTRIndex.open(path: folder.file(name))
    }
    let first = try built("first", keeping: nil, 2_000)
    let (kept, anew) = (try built("kept", keeping: first, 2_400), try built("anew", keeping: nil, 2_400))
    let fresh = (2_000..<Int64(2_400)).map { $0 }
    func loss(_ index: XTRIndex) throws -> Double {
      try (0..<8).reduce(0) { sum, seed in
        let question = corpus.question(8, seed: 50 + UInt64(seed))
        return try index.rescore(question, documents: fresh).reduce(sum) {
          $0 + abs($1.score - (corpus.score(question, Int($1.row)) ?? 0))
        }
      }
    }
    let (keptLoss, anewLoss) = (try loss(kept), try loss(anew))
    #expect(keptLoss < 1.25 * anewLoss, "\(keptLoss) against \(anewLoss)")
    // What is found is found by lists that hold the new documents too.
    for document in [2_000, 2_177, 2_399] where corpus.documents[document].count > 0 {
      #expect(try kept.search(corpus.documents[document], k: 1).first?.row == Int64(document))
    }
  }

  @Test func `Small collections are encoded anew`() async throws {
    let project = try DenseMergeTests.project()
    let count = try open(try await index(project, .residual4, WordTokens())).count
    try project.write("file3.txt", "an edited parser of tokens\n")
    let encoder = WordTokens()
    _ = try await index(project, .residual4, encoder, keptTokens: 10_000)
    #expect(encoder.texts.count == count)
  }

  @Test func `Centroids are trained anew once a fifth of the documents is new to them`() async throws {
    let project = try DenseMergeTests.project()
    let count = try open(try await index(project, .residual4, WordTokens())).count
    var untrained = 0
    for round in 0..<4 {
      for number in 0..<3 {
        try project.write("file\(round * 3 + number).txt", "edit \(round) \(number) \(Self.word(round, number))\n")
      }
      let encoder = WordTokens()
      let record = try #require(try await index(project, .residual4, encoder).manifest.artifact("xtr"))
      untrained += 3
      if Double(untrained) <= 0.2 * Double(count) {
        #expect(encoder.texts.count == 3 && record.settings["untrained"] == String(untrained))
      } else {
        #expect(encoder.texts.count == count && record.settings["untrained"] == "0" && record.settings["reused"] == "0")
        return
      }
    }
    Issue.record("they never were")
  }

  private static func word(_ round: Int, _ number: Int) -> String {
    ["alpha", "beta", "gamma", "delta"][round] + ["one", "two", "three"][number]
  }

  @Test func `Half-precision vectors are taken over into an index that is the same as a new one`() async throws {
    let project = try DenseMergeTests.project()
    _ = try await index(project, .float16, WordTokens())
    for number in 0..<20 { try project.write("file\(number).txt", "edit \(Self.word(number % 4, number % 3))\n") }
    let encoder = WordTokens()
    let second = try await index(project, .float16, encoder)
    #expect(encoder.texts.count <= 20 && !encoder.texts.isEmpty)
    let other = try DenseMergeTests.project()
    for number in 0..<20 { try other.write("file\(number).txt", "edit \(Self.word(number % 4, number % 3))\n") }
    let anew = try await index(other, .float16, WordTokens())
    #expect(try bytes(of: second.directory + "/xtr.index") == bytes(of: anew.directory + "/xtr.index"))
  }

  @Test func `Another model or form takes nothing over`() async throws {
    let project = try DenseMergeTests.project()
    let count = try open(try await index(project, .residual4, WordTokens())).count
    let (model, form) = (WordTokens(modelID: "others"), WordTokens(modelID: "others"))
    _ = try await index(project, .residual4, model)
    _ = try await index(project, .float16, form)
    #expect(model.texts.count == count && form.texts.count == count)
  }

  @Test func `A builder takes four-bit vectors from the index that it keeps and from no other`() throws {
    let folder = try TemporaryFolder()
    let corpus = TokenCorpus(documents: 60)
    for name in ["one", "two"] { _ = try corpus.write(to: folder.file(name), element: .residual4, modelID: "m") }
    let (one, two) = (try XTRIndex.open(path: folder.file("one")), try XTRIndex.open(path: folder.file("two")))
    let builder = try XTRIndexBuilder(
      path: folder.file("next"), modelID: "m", dimension: 32, element: .residual4, keeping: one)
    for document in 0..<60 { try builder.add(document: Int64(document), of: one) }
    #expect(throws: RetrievalError(.argument, "")) { try builder.add(document: 0, of: two) }
    _ = try builder.finish()
    #expect(try bytes(of: folder.file("next")) == bytes(of: folder.file("one")))
    #expect(throws: RetrievalError(.argument, "")) {
      try XTRIndexBuilder(path: folder.file("x"), modelID: "other", dimension: 32, element: .residual4, keeping: one)
    }
    #expect(throws: RetrievalError(.argument, "")) {
      try XTRIndexBuilder(path: folder.file("x"), modelID: "m", dimension: 32, element: .float16, keeping: one)
    }
  }
}
