public import Embedding
public import Indexing
import RuntimeCells

/// Makes the late-interaction channel's part of a generation: every token's vector, in `xtr.index`.
///
/// Vectors of chunks whose text has not changed are taken from the previous generation. In four bits they come with its
/// centroids, until a fifth of the documents is new to these; then, and in small collections, everything is encoded and grouped anew.
public struct TokenArtifactBuilder: ChannelArtifactBuilder {
  /// The index file in a generation's directory.
  public static let indexFileName = "xtr.index"

  /// `xtr`
  public let channel = "xtr"
  private let encoder: any TokenEncoder
  private let element: TokenElement
  private let batch: Int
  /// Tokens from which on an index's centroids are worth keeping: fewer are encoded anew within seconds, and say little about
  /// what may come.
  private let keptTokens: Int

  /// A builder.
  ///
  /// - Parameters:
  ///   - encoder: Turns texts into token vectors.
  ///   - element: How they are stored.
  ///   - batch: Chunks handed to the encoder at once.
  public init(encoder: any TokenEncoder, element: TokenElement = .residual4, batch: Int = 128) {
    self.init(encoder: encoder, element: element, batch: batch, keptTokens: 10_000)
  }

  init(encoder: any TokenEncoder, element: TokenElement, batch: Int, keptTokens: Int) {
    self.keptTokens = keptTokens
    self.encoder = encoder
    self.element = element
    self.batch = max(1, batch)
  }

  /// Encoder, dimension, type, embedding text and file format.
  public var fingerprint: String {
    "model=\(encoder.modelID) dim=\(encoder.dimension) type=\(element.rawValue) text=\(EmbeddingText.version) "
      + "format=\(XTRLayout.version)"
  }

  /// Encodes what cannot be reused, groups the tokens and writes the index.
  ///
  /// - Throws: What the encoder throws; ``RetrievalError`` when its vectors do not fit or the file cannot be written;
  ///   `IndexingError` from the chunk store; `CancellationError`.
  public func build(
    chunks: ChunkStore, into directory: String, previous: Generation?, progress: any IndexProgress
  ) async throws -> ArtifactRecord {
    let threads = DedicatedThreads(name: "xtr-build", count: 1)
    defer { threads.stop() }
    var reusable = try await ReusableTokens.open(previous, matching: fingerprint, threads: threads)
    defer { reusable?.close() }
    var known = try await reusable?.rows(in: chunks, batch: batch) ?? [:]
    var untrained = 0
    if element == .residual4, let kept = reusable {
      if kept.index.metadata.tokens >= keptTokens, let count = kept.untrained(of: chunks.count, known: known.count) {
        untrained = count
      } else {
        kept.close()
        (reusable, known) = (nil, [:])
      }
    }
    let total = chunks.count
    let path = directory + "/" + Self.indexFileName
    let index = try await threads.run { [encoder, element, reusable] in
      try XTRIndexBuilder(
        path: path, modelID: encoder.modelID, dimension: encoder.dimension, element: element,
        keeping: element == .residual4 ? reusable?.index : nil)
    }
    var done = 0
    var truncated = TruncationCount()
    progress.stage(channel, done: 0, total: total)
    try await chunks.forEachBatch(of: batch) { [known] chunks in
      try Task.checkCancellation()
      let texts = chunks.map(EmbeddingText.text(for:))
      try await truncated.add(texts, on: threads) { [encoder] in encoder.exceedsLimit($0) }
      let vectors = try await encoded(zip(chunks, texts).filter { known[$0.0.row] == nil }.map(\.1))
      try await threads.run { [reusable] in
        var fresh = vectors.makeIterator()
        for chunk in chunks {
          if let row = known[chunk.row], let old = reusable?.index {
            try index.add(document: row, of: old)
          } else if let document = fresh.next() {
            try index.add(document)
          }
        }
      }
      done += chunks.count
      progress.stage(channel, done: done, total: total)
    }
    let (facts, file) = try await threads.run {
      let facts = try index.finish()
      return (facts, try ArtifactFile(describing: Self.indexFileName, in: directory))
    }
    return record(
      of: facts, file, truncated: truncated,
      reuse: ["reused": String(known.count), ReusableTokens.untrainedKey: String(untrained)])
  }

  private func encoded(_ texts: [String]) async throws -> [TokenVectors] {
    guard !texts.isEmpty else { return [] }
    let vectors = try await encoder.encodeTokens(texts)
    guard vectors.count == texts.count else {
      throw RetrievalError(
        .dimensionMismatch, "The model \(encoder.modelID) gave vectors for another number of texts than it got.",
        expected: "\(texts.count)", actual: "\(vectors.count)")
    }
    return vectors
  }

  private func record(
    of facts: XTRMetadata, _ file: ArtifactFile, truncated: TruncationCount, reuse: [String: String]
  ) -> ArtifactRecord {
    var settings = [
      "rows": String(facts.documents), "tokens": String(facts.tokens), "centroids": String(facts.centroids),
      "embedding_text": String(EmbeddingText.version), "max_tokens": String(encoder.maximumTokens),
      ArtifactRecord.truncatedKey: truncated.setting,
    ]
    settings["checksum"] = facts.checksum.map { String($0, radix: 16) }
    return ArtifactRecord(
      channel: channel, fingerprint: fingerprint, files: [file], settings: settings.merging(reuse) { _, part in part },
      model: ModelRecord(id: facts.modelID, dim: facts.dimension, dtype: facts.element.rawValue, metric: "maxsim"))
  }
}

extension XTRMetadata {
  /// What a manifest says of a token index; nil when it has none, or says too little to compare.
  public init?(_ record: ArtifactRecord?) {
    guard let record, let model = record.model, let element = TokenElement(rawValue: model.dtype),
      let documents = record.settings["rows"].flatMap({ Int($0) }),
      let tokens = record.settings["tokens"].flatMap({ Int($0) }),
      let centroids = record.settings["centroids"].flatMap({ Int($0) })
    else { return nil }
    self.init(
      documents: documents, tokens: tokens, dimension: model.dim, element: element, modelID: model.id,
      centroids: centroids, checksum: record.settings["checksum"].flatMap { UInt64($0, radix: 16) })
  }
}
