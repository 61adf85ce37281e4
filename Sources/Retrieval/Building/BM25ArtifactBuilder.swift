public import Indexing
import RuntimeCells

/// Makes the keyword channel's part of a generation: `bm25.index`.
///
/// It is made anew each time: what a word says depends on all rows, and counting words is cheap.
public struct BM25ArtifactBuilder: ChannelArtifactBuilder {
  /// The index file in a generation's directory.
  public static let indexFileName = "bm25.index"

  /// `bm25`.
  public let channel = "bm25"
  private let batch: Int

  /// A builder; `batch` chunks are counted at once.
  public init(batch: Int = 256) { self.batch = max(1, batch) }

  /// Words, stems, formula and file format. "tokens" is raised by hand whenever ``IdentifierTokens`` or the stemmer makes
  /// something else of a text.
  public var fingerprint: String {
    let (formula, weights) = (BM25Formula.self, BM25Formula.weights)
    return "tokens=1 stems=porter idf=lucene k1=\(formula.k1) b=\(formula.b) "
      + "weights=\(weights.symbol),\(weights.path),\(weights.body) format=\(ImpactKind.bm25.version)"
  }

  /// Counts the words of all chunks, and writes the index.
  ///
  /// - Throws: ``RetrievalError`` when the index cannot be written; `IndexingError` from the chunk store;
  ///   `CancellationError`.
  public func build(
    chunks: ChunkStore, into directory: String, previous: Generation?, progress: any IndexProgress
  ) async throws -> ArtifactRecord {
    let threads = DedicatedThreads(name: "bm25-build", count: 1)
    defer { threads.stop() }
    let box = Sealed(BM25IndexBuilder())
    let total = chunks.count
    var done = 0
    progress.stage(channel, done: 0, total: total)
    try await chunks.forEachBatch(of: batch) { chunks in
      try Task.checkCancellation()
      try await threads.run { box.index.add(chunks) }
      done += chunks.count
      progress.stage(channel, done: done, total: total)
    }
    let file = directory + "/" + Self.indexFileName
    let (written, description) = try await threads.run {
      try box.index.save(to: file)
      return (try BM25Index.open(path: file), try ArtifactFile(describing: Self.indexFileName, in: directory))
    }
    return ArtifactRecord(
      channel: channel, fingerprint: fingerprint, files: [description],
      settings: [
        "rows": String(written.count), "words": String(written.words), "postings": String(written.postings),
      ])
  }

  /// Hands the builder to the thread that counts.
  private struct Sealed: @unchecked Sendable {
    // @unchecked: one batch after the other is counted, each on the only thread, and nobody else touches the builder.
    let index: BM25IndexBuilder
    init(_ index: BM25IndexBuilder) { self.index = index }
  }
}
