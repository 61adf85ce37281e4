public import Embedding
public import Indexing
import RuntimeCells

/// Makes a dense channel's part of a generation: one vector a chunk, in `faiss.index` for the primary space.
///
/// Vectors of chunks whose embedded text has not changed are taken from the previous generation, as long as model,
/// dimension and ``DenseSpace/textVersion`` are the same.
public struct DenseArtifactBuilder: ChannelArtifactBuilder {
  /// The primary space's index file in a generation's directory.
  public static let indexFileName = DenseSpace.whole.indexFileName

  /// The space that is built.
  let space: DenseSpace
  private let embedder: any Embedder
  private let kind: FaissIndexKind
  private let batch: Int
  private let linkThreads: Int

  /// A builder.
  ///
  /// - Parameters:
  ///   - embedder: Turns texts into vectors.
  ///   - space: Which text is embedded, for which channel.
  ///   - kind: How the index searches; by default it depends on the number of chunks.
  ///   - batch: Chunks handed to the embedder at once, so that it can sort them by length.
  ///   - linkThreads: Threads that link a graph index.
  public init(
    embedder: any Embedder, space: DenseSpace = .whole, kind: FaissIndexKind = .automatic, batch: Int = 512,
    linkThreads: Int = 2
  ) {
    self.space = space
    self.embedder = embedder
    self.kind = kind
    self.batch = max(1, batch)
    self.linkThreads = max(1, linkThreads)
  }

  /// The space's channel.
  public var channel: String { space.channel }

  /// Model, dimension, embedding text, index kind and file format.
  public var fingerprint: String {
    "model=\(embedder.modelID) dim=\(embedder.dimension) text=\(space.textVersion) kind=\(kind.parameterText) format=1"
  }

  /// Embeds what cannot be reused, builds the index and writes it.
  ///
  /// - Throws: What the embedder throws; ``RetrievalError`` when the embedder's matrix has another shape than asked for,
  ///   or a vector is not finite; `IndexingError` from the chunk store; `CancellationError`.
  public func build(
    chunks: ChunkStore, into directory: String, previous: Generation?, progress: any IndexProgress
  ) async throws -> ArtifactRecord {
    let threads = DedicatedThreads(name: "\(channel)-build", count: 1)
    defer { threads.stop() }
    let reusable = try await ReusableVectors.open(previous, matching: self, threads: threads)
    defer { reusable?.close() }
    let vectors = try FaissIndexBuilder(dimension: embedder.dimension, kind: kind)
    let total = chunks.count
    var done = 0
    var reused = 0
    var truncated = TruncationCount()
    progress.stage(channel, done: 0, total: total)
    try await chunks.forEachBatch(of: batch) { chunks in
      try Task.checkCancellation()
      try await truncated.add(chunks.map(space.text), on: threads) { [embedder] in embedder.exceedsLimit($0) }
      let known = try await reusable?.vectors(for: chunks) ?? [:]
      try vectors.add(try await rows(for: chunks, known: known))
      reused += known.count
      done += chunks.count
      progress.stage(channel, done: done, total: total)
    }
    let file = directory + "/" + space.indexFileName
    let linkThreads = linkThreads
    let (index, description) = try await threads.run {
      let index = try vectors.finish(threads: linkThreads)
      try index.save(to: file)
      return (index, try ArtifactFile(describing: space.indexFileName, in: directory))
    }
    return record(of: index, description, reused: reused, truncated: truncated)
  }

  /// The vectors of a batch in order: known ones as they are, each different text embedded once.
  private func rows(for chunks: [Chunk], known: [Int64: [Float]]) async throws -> [Float] {
    let missing = chunks.filter { known[$0.row] == nil }.map(space.text)
    let texts = Array(Set(missing))
    let matrix = texts.isEmpty ? nil : try await embedder.embed(texts)
    if let matrix { try check(matrix, rows: texts.count) }
    let places = Dictionary(texts.enumerated().map { ($1, $0) }) { first, _ in first }
    var values: [Float] = []
    values.reserveCapacity(chunks.count * embedder.dimension)
    for chunk in chunks {
      if let vector = known[chunk.row] {
        values += vector
      } else if let matrix, let place = places[space.text(chunk)] {
        values += matrix.row(place)
      }
    }
    return values
  }

  private func check(_ matrix: EmbeddingMatrix, rows: Int) throws {
    guard matrix.rows == rows, matrix.dimension == embedder.dimension else {
      throw RetrievalError(
        .dimensionMismatch, "The model \(embedder.modelID) gave a matrix of another shape than it promises.",
        expected: "\(rows) x \(embedder.dimension)", actual: "\(matrix.rows) x \(matrix.dimension)")
    }
  }

  private func record(
    of index: FaissIndex, _ file: ArtifactFile, reused: Int, truncated: TruncationCount
  ) -> ArtifactRecord {
    ArtifactRecord(
      channel: channel, fingerprint: fingerprint, files: [file],
      settings: [
        "kind": index.kind.parameterText, "embedding_text": space.textVersion,
        "max_tokens": String(embedder.maximumTokens), "rows": String(index.count), "reused": String(reused),
        ArtifactRecord.truncatedKey: truncated.setting,
      ],
      model: modelRecord)
  }

  /// What the manifest says about the vectors' model.
  var modelRecord: ModelRecord {
    ModelRecord(id: embedder.modelID, dim: embedder.dimension, dtype: "float32", metric: "ip")
  }
}
