public import Embedding
public import Indexing
import RuntimeCells

/// A judged collection as the engine would index it: one chunk a document, in a folder of the caller's.
///
/// Row `n` is document `n`. The dense index is made by the builder that indexes source trees; chunks have no path and no
/// symbol, so the model reads a document's title and text alone.
public struct CollectionIndex: Sendable {
  /// The channels that can be evaluated, in order.
  public let channels: [any RetrievalChannel]
  private let store: ChunkStore
  private let threads: DedicatedThreads

  /// Builds and opens the index.
  ///
  /// - Parameters:
  ///   - collection: The documents.
  ///   - folder: An empty folder; the caller removes it after ``close()``.
  ///   - embedder: Of documents and questions; nil leaves the dense channel out.
  ///   - progress: Is told how far the work is.
  /// - Throws: What the builders throw; `CancellationError`.
  public init(
    of collection: JudgedCollection, in folder: String, embedder: (any Embedder)?, progress: any IndexProgress
  ) async throws {
    store = try await Self.store(collection, at: folder + "/chunks.sqlite")
    threads = DedicatedThreads(name: "evaluate", count: 1)
    let store = store
    let keywords = BM25Channel { text, limit in
      try await store.bm25(query: text, limit: limit).map { ChannelHit(row: $0.row, score: $0.score) }
    }
    var channels: [any RetrievalChannel] = [keywords]
    do {
      if let embedder {
        channels.insert(
          try await Self.dense(store, in: folder, embedder: embedder, threads: threads, progress: progress), at: 0)
      }
    } catch {
      threads.stop()
      // The build's error is the one to tell.
      try? store.close()
      throw error
    }
    self.channels = channels
  }

  /// Closes the store and ends the threads.
  ///
  /// - Throws: `IndexingError` when a search still runs.
  public func close() throws {
    threads.stop()
    try store.close()
  }

  private static func store(_ collection: JudgedCollection, at path: String) async throws -> ChunkStore {
    let written = try ChunkStore.create(at: path)
    let documents = collection.documents
    for start in stride(from: 0, to: documents.count, by: 500) {
      try Task.checkCancellation()
      try await written.append(
        (start..<min(start + 500, documents.count)).map { row in
          let document = documents[row]
          return Chunk(
            id: document.id, row: Int64(row), path: "", language: "text", symbol: nil, kind: nil, startLine: 1,
            endLine: 1, text: document.title.isEmpty ? document.text : document.title + "\n" + document.text,
            contentHash: String(row))
        })
    }
    try await written.finish()
    return try ChunkStore.open(at: path)
  }

  private static func dense(
    _ store: ChunkStore, in folder: String, embedder: any Embedder, threads: DedicatedThreads,
    progress: any IndexProgress
  ) async throws -> DenseChannel {
    let builder = DenseArtifactBuilder(embedder: embedder)
    _ = try await builder.build(chunks: store, into: folder, previous: nil, progress: progress)
    let index = try await threads.run {
      try FaissIndex.open(
        path: folder + "/" + DenseArtifactBuilder.indexFileName, expectedDimension: embedder.dimension)
    }
    return DenseChannel(
      name: builder.channel, threads: threads,
      encode: { EncodedQuery(vector: Array(try await embedder.embed([$0]).row(0))) },
      index: { body in try await body(index) })
  }
}
