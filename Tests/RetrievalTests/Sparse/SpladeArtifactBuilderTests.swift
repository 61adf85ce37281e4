import Embedding
import Foundation
import Indexing
import RuntimeCells
import Testing

@testable import Retrieval

/// Real trees, a real chunk store and a real file; only the model is small.
@Suite struct SpladeArtifactBuilderTests {
  typealias Project = DenseArtifactBuilderTests.Project

  private func index(_ project: Project, _ encoder: WordSparseEncoder) async throws -> Generation {
    let builder = SpladeArtifactBuilder(encoder: encoder, batch: 2)
    _ = try await IndexBuilder(store: project.store, artifacts: [builder]).run(roots: [project.tree])
    return try #require(try project.store.current())
  }

  private func open(_ generation: Generation) throws -> SpladeIndex {
    try SpladeIndex.open(path: generation.directory + "/" + SpladeArtifactBuilder.indexFileName)
  }

  @Test func `Every chunk has its text's vector in its row, and the manifest says how it was made`() async throws {
    let project = try Project()
    let encoder = WordSparseEncoder()
    let generation = try await index(project, encoder)
    let index = try open(generation)
    let chunks = try generation.openChunks()
    defer { try? chunks.close() }
    #expect(index.count == chunks.count)
    for chunk in try await chunks.chunks(rows: Array(0..<Int64(index.count))) {
      let question = try #require(try await encoder.encode([EmbeddingText.text(for: chunk)]).first)
      #expect(try index.search(question, k: 1).first?.row == chunk.row)
    }
    let record = try #require(generation.manifest.artifact("splade"))
    #expect(record.model == ModelRecord(id: "words-997", dim: 997, dtype: "uint8", metric: "ip"))
    #expect(record.files.map(\.path) == ["splade.index"])
    #expect(record.settings["rows"] == String(index.count))
    try generation.verify(.full)
  }

  @Test func `Unchanged chunks are taken over exactly, another model encodes everything anew`() async throws {
    let project = try Project()
    _ = try await index(project, WordSparseEncoder())
    try project.write("More.swift", "func pickApples() { basket.fill() }\n")
    let second = WordSparseEncoder()
    let generation = try await index(project, second)
    #expect(second.texts.count == 1)
    #expect(second.texts.first?.contains("pickApples") == true)
    let fresh = try Project()
    try fresh.write("More.swift", "func pickApples() { basket.fill() }\n")
    let anew = try await index(fresh, WordSparseEncoder())
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: generation.directory + "/splade.index"))
        == Data(contentsOf: URL(fileURLWithPath: anew.directory + "/splade.index")))
    let other = WordSparseEncoder(modelID: "other")
    let last = try await index(project, other)
    #expect(other.texts.count == (try open(last)).count)
  }

  @Test func `A channel answers with the rows of its index and says what was cut off`() async throws {
    let project = try Project()
    let encoder = WordSparseEncoder()
    let index = try open(try await index(project, encoder))
    let threads = DedicatedThreads(name: "test", count: 1)
    defer { threads.stop() }
    let channel = SpladeChannel(
      threads: threads, encode: { (try await encoder.encode([$0])[0], ["splade: the end was left out"]) },
      index: { try await $0(index) })
    let answer = try await channel.search(ChannelQuery(text: "shutdownGracefully listener"), limit: 5)
    #expect(!answer.hits.isEmpty)
    #expect(answer.limits == ["splade: the end was left out"])
    #expect(answer.stages.map(\.name) == ["splade.embed"])
  }
}
