public import Embedding
public import Indexing
import RuntimeCells

/// Makes the late-interaction channel's part of a generation: every token's vector, in `xtr.index`.
public struct TokenArtifactBuilder: ChannelArtifactBuilder {
  /// The index file in a generation's directory.
  public static let indexFileName = "xtr.index"

  /// `xtr`
  public let channel = "xtr"
  private let encoder: any TokenEncoder
  private let element: TokenElement
  private let batch: Int

  /// A builder.
  ///
  /// - Parameters:
  ///   - encoder: Turns texts into token vectors.
  ///   - element: How they are stored.
  ///   - batch: Chunks handed to the encoder at once.
  public init(encoder: any TokenEncoder, element: TokenElement = .residual4, batch: Int = 128) {
    self.encoder = encoder
    self.element = element
    self.batch = max(1, batch)
  }

  /// Encoder, dimension, type, embedding text and file format.
  public var fingerprint: String {
    "model=\(encoder.modelID) dim=\(encoder.dimension) type=\(element.rawValue) text=\(EmbeddingText.version) "
      + "format=\(XTRLayout.version)"
  }

  /// Encodes every chunk, groups the tokens and writes the index.
  ///
  /// - Throws: What the encoder throws; ``RetrievalError`` when its vectors do not fit or the file cannot be written;
  ///   `IndexingError` from the chunk store; `CancellationError`.
  public func build(
    chunks: ChunkStore, into directory: String, previous: Generation?, progress: any IndexProgress
  ) async throws -> ArtifactRecord {
    let threads = DedicatedThreads(name: "xtr-build", count: 1)
    defer { threads.stop() }
    let total = chunks.count
    let path = directory + "/" + Self.indexFileName
    let index = try await threads.run { [encoder, element] in
      try XTRIndexBuilder(path: path, modelID: encoder.modelID, dimension: encoder.dimension, element: element)
    }
    var done = 0
    var truncated = TruncationCount()
    progress.stage(channel, done: 0, total: total)
    try await chunks.forEachBatch(of: batch) { chunks in
      try Task.checkCancellation()
      let texts = chunks.map(EmbeddingText.text(for:))
      try await truncated.add(texts, on: threads) { [encoder] in encoder.exceedsLimit($0) }
      let vectors = try await encoder.encodeTokens(texts)
      guard vectors.count == texts.count else {
        throw RetrievalError(
          .dimensionMismatch, "The model \(encoder.modelID) gave vectors for another number of texts than it got.",
          expected: "\(texts.count)", actual: "\(vectors.count)")
      }
      try await threads.run { for document in vectors { try index.add(document) } }
      done += chunks.count
      progress.stage(channel, done: done, total: total)
    }
    let (facts, file) = try await threads.run {
      let facts = try index.finish()
      return (facts, try ArtifactFile(describing: Self.indexFileName, in: directory))
    }
    return record(of: facts, file, truncated: truncated)
  }

  private func record(
    of facts: XTRMetadata, _ file: ArtifactFile, truncated: TruncationCount
  ) -> ArtifactRecord {
    ArtifactRecord(
      channel: channel, fingerprint: fingerprint, files: [file],
      settings: [
        "rows": String(facts.documents), "tokens": String(facts.tokens), "centroids": String(facts.centroids),
        "embedding_text": String(EmbeddingText.version), "max_tokens": String(encoder.maximumTokens),
        ArtifactRecord.truncatedKey: truncated.setting,
      ],
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
      centroids: centroids)
  }
}
