import Embedding
import Foundation
import Indexing
import Synchronization
import Testing

@testable import Retrieval

/// Real trees, a real chunk store and a real FAISS file; only the model is small.
@Suite struct DenseArtifactBuilderTests {
  /// A tree of three files and an index next to it.
  struct Project {
    let folder: TemporaryFolder
    let store: GenerationStore
    var tree: String { folder.file("tree") }

    init() throws {
      folder = try TemporaryFolder()
      store = GenerationStore(root: folder.file("index"))
      try FileManager.default.createDirectory(atPath: folder.file("tree"), withIntermediateDirectories: true)
      try write("Cache.swift", "struct Cache {\n  func evictOldest() { entries.removeFirst() }\n}\n")
      try write("Server.swift", "final class Server {\n  func shutdownGracefully() { listener.close() }\n}\n")
      try write("notes.txt", "Nothing to see here.\n")
    }

    func write(_ name: String, _ text: String) throws {
      try Data(text.utf8).write(to: URL(fileURLWithPath: tree + "/" + name))
    }

    func index(with builder: DenseArtifactBuilder) async throws -> Generation {
      _ = try await IndexBuilder(store: store, artifacts: [builder]).run(roots: [tree])
      return try #require(try store.current())
    }
  }

  static func openIndex(_ generation: Generation) throws -> FaissIndex {
    try FaissIndex.open(path: generation.directory + "/" + DenseArtifactBuilder.indexFileName)
  }

  @Test func `Every chunk has its text's vector in its row`() async throws {
    let project = try Project()
    let embedder = WordEmbedder()
    let generation = try await project.index(with: DenseArtifactBuilder(embedder: embedder))
    let index = try Self.openIndex(generation)
    let chunks = try generation.openChunks()
    defer { try? chunks.close() }
    #expect(chunks.count == index.count)
    #expect(index.count >= 3)
    for chunk in try await chunks.chunks(rows: Array(0..<Int64(index.count))) {
      let vector = try await embedder.embed([EmbeddingText.text(for: chunk)])
      #expect(try index.vectors(rows: Int(chunk.row)..<Int(chunk.row) + 1) == vector.values)
    }
  }

  @Test func `Chunks that the model reads only in part are counted, reused ones too`() async throws {
    let project = try Project()
    try project.write("Long.swift", "func long() { \(String(repeating: "grow(leaf) ", count: 60)) }\n")
    let model = WordEmbedder(maximumTokens: 50)
    func report() async throws -> IndexReport {
      try await IndexBuilder(store: project.store, artifacts: [DenseArtifactBuilder(embedder: model)])
        .run(roots: [project.tree])
    }
    let first = try await report()
    let chunks = try #require(try project.store.current()).openChunks()
    let long = try await chunks.chunks(rows: Array(0..<Int64(chunks.count)))
      .filter { model.exceedsLimit(EmbeddingText.text(for: $0)) == true }.count
    try chunks.close()
    #expect(long > 0)
    #expect(first.truncatedChunks == ["faiss": long])
    let sentence =
      "faiss: \(long) of \(first.chunks) chunks are longer than the 50 tokens that the model reads; "
      + "the rest of them is not found by it"
    #expect(first.limits == [sentence])
    // Nothing changed: the same is told again.
    #expect(try await report().limits == [sentence])
    try project.write("notes.txt", "Something to see.\n")
    #expect(try await report().truncatedChunks == ["faiss": long])
  }

  @Test func `A model that does not tell is said not to`() async throws {
    let project = try Project()
    let builder = DenseArtifactBuilder(embedder: WordEmbedder(countsWords: false))
    let report = try await IndexBuilder(store: project.store, artifacts: [builder]).run(roots: [project.tree])
    #expect(report.truncatedChunks.isEmpty)
    #expect(
      report.limits == ["faiss: how many chunks are longer than the model reads, only the embedding server knows"])
  }

  @Test func `The manifest records model, shape, metric and kind`() async throws {
    let project = try Project()
    let generation = try await project.index(with: DenseArtifactBuilder(embedder: WordEmbedder()))
    let record = try #require(generation.manifest.artifact("faiss"))
    #expect(record.model == ModelRecord(id: "words-64", dim: 64, dtype: "float32", metric: "ip"))
    #expect(record.settings["kind"] == "flat")
    #expect(record.settings["embedding_text"] == String(EmbeddingText.version))
    #expect(record.files.map(\.path) == ["faiss.index"])
    try generation.verify(.full)
  }

  @Test func `Only what changed is embedded again`() async throws {
    let project = try Project()
    _ = try await project.index(with: DenseArtifactBuilder(embedder: WordEmbedder()))
    try project.write("Server.swift", "final class Server {\n  func shutdownAtOnce() { abort() }\n}\n")
    let second = WordEmbedder()
    let generation = try await project.index(with: DenseArtifactBuilder(embedder: second))
    #expect(generation.number > 1)
    #expect(!second.texts.isEmpty)
    #expect(second.texts.allSatisfy { $0.contains("Server") })
    let index = try Self.openIndex(generation)
    let chunks = try generation.openChunks()
    defer { try? chunks.close() }
    for chunk in try await chunks.chunks(rows: Array(0..<Int64(index.count))) {
      let vector = try await second.embed([EmbeddingText.text(for: chunk)])
      #expect(try index.vectors(rows: Int(chunk.row)..<Int(chunk.row) + 1) == vector.values)
    }
  }

  @Test func `Another model embeds everything again`() async throws {
    let project = try Project()
    let first = WordEmbedder()
    _ = try await project.index(with: DenseArtifactBuilder(embedder: first))
    let second = WordEmbedder(modelID: "other")
    _ = try await project.index(with: DenseArtifactBuilder(embedder: second))
    #expect(Set(second.texts) == Set(first.texts))
  }

  @Test func `A previous index that is damaged is not reused and does not fail the build`() async throws {
    let project = try Project()
    let first = WordEmbedder()
    let generation = try await project.index(with: DenseArtifactBuilder(embedder: first))
    let file = generation.directory + "/faiss.index"
    var damaged = try bytes(of: file)
    damaged[damaged.count / 2] ^= 0xFF
    try Data(damaged).write(to: URL(fileURLWithPath: file))
    try project.write("new.txt", "A new file.\n")
    let second = WordEmbedder()
    let rebuilt = try await project.index(with: DenseArtifactBuilder(embedder: second))
    #expect(second.texts.count > first.texts.count)
    #expect(try Self.openIndex(rebuilt).count > 0)
  }

  @Test func `Equal texts are embedded once`() async throws {
    let project = try Project()
    for folder in ["a", "b", "c"] {
      try FileManager.default.createDirectory(
        atPath: project.tree + "/" + folder, withIntermediateDirectories: true)
      try project.write("\(folder)/LICENSE.txt", "Permission is granted to copy.\n")
    }
    let embedder = WordEmbedder()
    let generation = try await project.index(with: DenseArtifactBuilder(embedder: embedder))
    #expect(embedder.texts.count { $0.contains("Permission") } == 1)
    #expect(try Self.openIndex(generation).count > embedder.texts.count)
  }

  @Test func `A model that breaks its promise leaves no generation`() async throws {
    let project = try Project()
    let error = await #expect(throws: RetrievalError.self) {
      try await project.index(with: DenseArtifactBuilder(embedder: LyingEmbedder()))
    }
    #expect(error?.code == .dimensionMismatch)
    #expect(error?.actual?.hasSuffix("x 4") == true)
    #expect(try project.store.currentNumber() == nil)
  }

  @Test func `Progress goes up to the number of chunks`() async throws {
    let project = try Project()
    let reports = Mutex<[(Int, Int?)]>([])
    struct Recorder: IndexProgress {
      let note: @Sendable (String, Int, Int?) -> Void
      func stage(_ name: String, done: Int, total: Int?) { note(name, done, total) }
    }
    let recorder = Recorder { name, done, total in
      if name == "faiss" { reports.withLock { $0.append((done, total)) } }
    }
    _ = try await IndexBuilder(
      store: project.store, artifacts: [DenseArtifactBuilder(embedder: WordEmbedder(), batch: 1)]
    ).run(roots: [project.tree], progress: recorder)
    let seen = reports.withLock { $0 }
    #expect(seen.map(\.0) == Array(0..<seen.count))
    #expect(seen.last.map { $0.0 == $0.1 } == true)
  }
}
