public import Embedding
public import Indexing
import RuntimeCells

/// Makes the learned sparse channel's part of a generation: `splade.index`.
///
/// Rows whose text has not changed are taken from the previous generation, as long as model and text version are the same.
public struct SpladeArtifactBuilder: ChannelArtifactBuilder {
  /// The index file in a generation's directory.
  public static let indexFileName = "splade.index"

  /// `splade`.
  public let channel = "splade"
  private let encoder: any SparseEncoder
  private let batch: Int

  /// A builder; `batch` chunks are handed to the encoder at once.
  public init(encoder: any SparseEncoder, batch: Int = 256) {
    self.encoder = encoder
    self.batch = max(1, batch)
  }

  /// Model, vocabulary, text and file format.
  public var fingerprint: String {
    "model=\(encoder.modelID) terms=\(encoder.vocabularyCount) text=\(EmbeddingText.version) "
      + "tokens=\(encoder.maximumTokens) format=\(ImpactKind.splade.version)"
  }

  /// Encodes what cannot be reused, and writes the index.
  ///
  /// - Throws: What the encoder throws; ``RetrievalError`` when it gives another number of vectors than asked for, or one
  ///   that cannot be stored; `IndexingError` from the chunk store; `CancellationError`.
  public func build(
    chunks: ChunkStore, into directory: String, previous: Generation?, progress: any IndexProgress
  ) async throws -> ArtifactRecord {
    let threads = DedicatedThreads(name: "splade-build", count: 1)
    defer { threads.stop() }
    let reusable = try await ReusableImpacts.open(previous, matching: fingerprint, threads: threads)
    defer { reusable?.close() }
    let index = try SpladeIndexBuilder(vocabularyCount: encoder.vocabularyCount)
    let total = chunks.count
    var (done, reused) = (0, 0)
    var truncated = TruncationCount()
    progress.stage(channel, done: 0, total: total)
    try await chunks.forEachBatch(of: batch) { chunks in
      try Task.checkCancellation()
      try await truncated.add(chunks.map(EmbeddingText.text(for:)), on: threads) { [encoder] in
        encoder.exceedsLimit($0)
      }
      let known = try await reusable?.impacts(for: chunks) ?? [:]
      let missing = chunks.filter { known[$0.row] == nil }
      var vectors = try await encoded(missing).makeIterator()
      for chunk in chunks {
        if let impacts = known[chunk.row] {
          try index.add(impacts: impacts)
        } else if let vector = vectors.next() {
          try index.add(vector)
        }
      }
      reused += known.count
      done += chunks.count
      progress.stage(channel, done: done, total: total)
    }
    let box = Sealed(index)
    let file = directory + "/" + Self.indexFileName
    let (rows, postings, description) = try await threads.run {
      try box.index.save(to: file)
      let written = try SpladeIndex.open(path: file)
      return (written.count, written.postings, try ArtifactFile(describing: Self.indexFileName, in: directory))
    }
    return ArtifactRecord(
      channel: channel, fingerprint: fingerprint, files: [description],
      settings: [
        "embedding_text": String(EmbeddingText.version), "max_tokens": String(encoder.maximumTokens),
        "rows": String(rows), "postings": String(postings), "reused": String(reused),
        ArtifactRecord.truncatedKey: truncated.setting,
      ],
      model: ModelRecord(id: encoder.modelID, dim: encoder.vocabularyCount, dtype: "uint8", metric: "ip"))
  }

  private func encoded(_ chunks: [Chunk]) async throws -> [SparseVector] {
    guard !chunks.isEmpty else { return [] }
    let vectors = try await encoder.encode(chunks.map(EmbeddingText.text(for:)))
    guard vectors.count == chunks.count else {
      throw RetrievalError(
        .dimensionMismatch, "The model \(encoder.modelID) gave another number of vectors than it was given texts.",
        expected: "\(chunks.count)", actual: "\(vectors.count)")
    }
    return vectors
  }

  /// Hands the finished builder to the thread that writes.
  private struct Sealed: @unchecked Sendable {
    // @unchecked: the builder is not touched any more where it came from.
    let index: SpladeIndexBuilder
    init(_ index: SpladeIndexBuilder) { self.index = index }
  }
}
