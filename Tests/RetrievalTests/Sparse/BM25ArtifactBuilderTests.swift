import Foundation
import Indexing
import Testing

@testable import Retrieval

/// Real trees, a real chunk store and a real file.
@Suite struct BM25ArtifactBuilderTests {
  typealias Project = DenseArtifactBuilderTests.Project

  private func index(_ project: Project) async throws -> Generation {
    _ = try await IndexBuilder(store: project.store, artifacts: [BM25ArtifactBuilder(batch: 2)]).run(
      roots: [project.tree])
    return try #require(try project.store.current())
  }

  private func open(_ generation: Generation) throws -> BM25Index {
    try BM25Index.open(path: generation.directory + "/" + BM25ArtifactBuilder.indexFileName)
  }

  @Test func `Every chunk is found by its symbol, its file and its text, and the manifest says how`() async throws {
    let project = try Project()
    let generation = try await index(project)
    // The project's end takes its folder away.
    defer { withExtendedLifetime(project) {} }
    let index = try open(generation)
    let chunks = try generation.openChunks()
    defer { try? chunks.close() }
    let all = try await chunks.chunks(rows: Array(0..<Int64(index.count)))
    #expect(index.count == chunks.count)
    let oracle = try FullTextOracle(all)
    for chunk in all {
      for question in [chunk.symbol ?? "", chunk.path, chunk.text] {
        try BM25OracleTests.compare(index, oracle, question, k: 10)
      }
    }
    #expect(
      try index.search("evict oldest", k: 1).first?.row == all.first { $0.symbol?.contains("evict") == true }?.row)
    let record = try #require(generation.manifest.artifact("bm25"))
    #expect(record.model == nil)
    #expect(record.files.map(\.path) == ["bm25.index"])
    #expect(record.settings["rows"] == String(index.count))
    #expect(record.fingerprint == BM25ArtifactBuilder().fingerprint)
    try generation.verify(.full)
  }

  @Test func `A changed tree gives the file that a fresh one gives`() async throws {
    let project = try Project()
    _ = try await index(project)
    try project.write("More.swift", "func pickApples() { basket.fill() }\n")
    let generation = try await index(project)
    #expect(generation.number == 2)
    let fresh = try Project()
    try fresh.write("More.swift", "func pickApples() { basket.fill() }\n")
    let anew = try await index(fresh)
    #expect(try bytes(of: generation.directory + "/bm25.index") == bytes(of: anew.directory + "/bm25.index"))
    #expect(try open(generation).search("apples", k: 5).count == 1)
  }
}
