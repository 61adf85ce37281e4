public import Embedding
public import Indexing
import RuntimeCells

/// Makes a dense channel's part of a generation: one vector a chunk, in `faiss.index` for the primary space.
///
/// Vectors of chunks whose embedded text has not changed are taken from the previous generation, as long as model,
/// dimension and ``DenseSpace/textVersion`` are the same. When that has a graph and little changed (``DenseMergePolicy``),
/// the graph is taken over as it is, with a row map and a flat index of the fresh vectors beside it; so are inverted lists.
/// Vectors of a lossy kind are taken for a lossy kind only, and those of product codes for none.
public struct DenseArtifactBuilder: ChannelArtifactBuilder {
  /// The primary space's index file in a generation's directory.
  public static let indexFileName = DenseSpace.whole.indexFileName

  /// The space that is built.
  let space: DenseSpace
  private let embedder: any Embedder
  let kind: FaissIndexKind
  private let merging: DenseMergePolicy
  private let batch: Int
  private let linkThreads: Int

  /// A builder.
  ///
  /// - Parameters:
  ///   - embedder: Turns texts into vectors.
  ///   - space: Which text is embedded, for which channel.
  ///   - kind: How the index searches; by default it depends on the number of chunks.
  ///   - merging: When the previous generation's graph is kept.
  ///   - batch: Chunks handed to the embedder at once, so that it can sort them by length.
  ///   - linkThreads: Threads that link a graph index.
  public init(
    embedder: any Embedder, space: DenseSpace = .whole, kind: FaissIndexKind = .automatic,
    merging: DenseMergePolicy = DenseMergePolicy(), batch: Int = 512, linkThreads: Int = 2
  ) {
    self.space = space
    self.embedder = embedder
    self.kind = kind
    self.merging = merging
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
    let gathered: Gathered
    do {
      gathered = try await gather(chunks, reusable: reusable, threads: threads, progress: progress)
    } catch is DenseAssembly.NotKept {
      gathered = try await gather(chunks, reusable: nil, threads: threads, progress: progress)
    }
    let writer = DenseArtifactWriter(space: space, directory: directory)
    let (files, settings) = try await threads.run { [gathered] in
      try writer.write(gathered.outcome, previous: previous)
    }
    return record(files, settings, rows: chunks.count, gathered)
  }

  private struct Gathered {
    var outcome: DenseAssembly.Outcome
    var reused: Int
    var truncated: TruncationCount
  }

  /// - Throws: `DenseAssembly.NotKept` when too much changed for an index whose vectors serve nothing else.
  private func gather(
    _ chunks: ChunkStore, reusable: ReusableVectors?, threads: DedicatedThreads, progress: any IndexProgress
  ) async throws -> Gathered {
    let total = chunks.count
    var reusable = reusable
    var assembly = try DenseAssembly(
      dimension: embedder.dimension, kind: kind, total: total, previous: reusable?.index, policy: merging)
    var done = 0
    var reused = 0
    var truncated = TruncationCount()
    progress.stage(channel, done: 0, total: total)
    try await chunks.forEachBatch(of: batch) { chunks in
      try Task.checkCancellation()
      try await truncated.add(chunks.map(space.text), on: threads) { [embedder] in embedder.exceedsLimit($0) }
      let known = try await reusable?.matches(for: chunks) ?? [:]
      let vectors = try await sources(of: chunks, known: known)
      assembly = try await threads.run { [assembly] in
        var assembly = assembly
        try assembly.add(vectors)
        return assembly
      }
      reused += known.count
      done += chunks.count
      progress.stage(channel, done: done, total: total)
    }
    let outcome = try await threads.run { [assembly, linkThreads] in
      var assembly = assembly
      return try assembly.finish(threads: linkThreads)
    }
    return Gathered(outcome: outcome, reused: reused, truncated: truncated)
  }

  /// Whether the policy may keep an index of this kind as it is.
  func keeps(_ other: FaissIndexKind) -> Bool { merging.keeps(other, wanted: kind) }

  /// Where the vectors of a batch come from, in order: known ones as they are, each different text embedded once.
  private func sources(
    of chunks: [Chunk], known: [Int64: ReusableVectors.Match]
  ) async throws -> [DenseAssembly.Source] {
    let missing = chunks.filter { known[$0.row] == nil }.map(space.text)
    let texts = Array(Set(missing))
    let matrix = texts.isEmpty ? nil : try await embedder.embed(texts)
    if let matrix { try check(matrix, rows: texts.count) }
    let places = Dictionary(texts.enumerated().map { ($1, $0) }) { first, _ in first }
    return chunks.compactMap { chunk in
      if let match = known[chunk.row] { return .previous(row: match.row, isOnly: match.isOnly) }
      guard let matrix, let place = places[space.text(chunk)] else { return nil }
      return .embedded(matrix.row(place))
    }
  }

  private func check(_ matrix: EmbeddingMatrix, rows: Int) throws {
    guard matrix.rows == rows, matrix.dimension == embedder.dimension else {
      throw RetrievalError(
        .dimensionMismatch, "The model \(embedder.modelID) gave a matrix of another shape than it promises.",
        expected: "\(rows) x \(embedder.dimension)", actual: "\(matrix.rows) x \(matrix.dimension)")
    }
  }

  private func record(
    _ files: [ArtifactFile], _ parts: [String: String], rows: Int, _ gathered: Gathered
  ) -> ArtifactRecord {
    let settings = [
      "embedding_text": space.textVersion, "max_tokens": String(embedder.maximumTokens), "rows": String(rows),
      "reused": String(gathered.reused), ArtifactRecord.truncatedKey: gathered.truncated.setting,
    ]
    return ArtifactRecord(
      channel: channel, fingerprint: fingerprint, files: files, settings: settings.merging(parts) { _, part in part },
      model: modelRecord)
  }

  /// What the manifest says about the vectors' model.
  var modelRecord: ModelRecord {
    ModelRecord(id: embedder.modelID, dim: embedder.dimension, dtype: "float32", metric: "ip")
  }
}
