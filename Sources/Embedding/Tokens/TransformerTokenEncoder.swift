import CKernels

/// Token vectors from a ``TransformerEmbedder``'s encoder: its last hidden states without those of the special tokens,
/// projected, each scaled to length 1.
public struct TransformerTokenEncoder: TokenEncoder {
  /// The embedder's model and the projection, for example `all-MiniLM-L6-v2/pca128`.
  public let modelID: String
  /// The projection's outputs.
  public let dimension: Int
  /// As the embedder's.
  public let maximumTokens: Int
  private let embedder: TransformerEmbedder
  private let layer: LinearLayer
  private let path: MatrixPath

  /// Token vectors over the embedder's weights and threads; nothing is loaded a second time.
  ///
  /// - Throws: `EmbeddingError` with code `shapeMismatch` when the projection is made for another width.
  public init(_ embedder: TransformerEmbedder, projection: TokenProjection? = nil) throws(EmbeddingError) {
    let projection = projection ?? .usual(inputs: embedder.dimension, modelID: embedder.modelID)
    guard projection.inputs == embedder.dimension else {
      throw EmbeddingError(
        .shapeMismatch, "the token projection \(projection.id) is made for another model",
        expected: "\(projection.inputs) components a state", actual: "\(embedder.dimension)")
    }
    modelID = embedder.modelID + "/" + projection.id
    dimension = projection.outputs
    maximumTokens = embedder.maximumTokens
    self.embedder = embedder
    // The projection is a thousandth of the work: never quantised, whatever the encoder's precision.
    path = embedder.encoder.path.precision == .int8 ? .best : embedder.encoder.path
    layer = LinearLayer(
      [(weight: FloatStorage(copying: projection.weights), bias: FloatStorage(copying: projection.bias))],
      inputs: projection.inputs, path: path)
  }

  /// Encodes `texts`; see ``TokenEncoder/encodeTokens(_:)``.
  public func encodeTokens(_ texts: [String]) async throws -> [TokenVectors] {
    var results = [TokenVectors](repeating: TokenVectors(dimension: dimension, values: []), count: texts.count)
    let layer = layer
    let encoder = embedder.encoder
    let parts = try await embedder.runBatches(texts) { (batch: TokenBatch, workspace) -> [TokenVectors] in
      try encoder.tokenVectors(batch, projection: layer, workspace)
    }
    for (batch, vectors) in parts {
      for (text, tokens) in zip(batch.texts, vectors) { results[text] = tokens }
    }
    return results
  }

  /// The text's word pieces; continuations begin with `##`.
  public func tokens(of text: String) -> [String] {
    embedder.tokenizer.encode(text, maximumTokens: maximumTokens).dropFirst().dropLast().map {
      embedder.tokenizer.piece($0)
    }
  }

  /// Counts the text's tokens.
  public func exceedsLimit(_ text: String) -> Bool { embedder.exceedsLimit(text) == true }
}

extension TransformerEncoder {
  /// The projected, normalised states of each text of a batch, without its first and last token.
  fileprivate func tokenVectors(
    _ batch: TokenBatch, projection: LinearLayer, _ workspace: EncoderWorkspace
  ) throws(EmbeddingError) -> [TokenVectors] {
    let states = encode(batch, workspace)
    let width = projection.outputs
    var results: [TokenVectors] = []
    for (start, end) in zip(batch.starts, batch.starts.dropFirst()) {
      let rows = max(0, end - start - 2)
      var isSound = true
      let values = [Float](unsafeUninitializedCapacity: rows * width) { buffer, used in
        used = rows * width
        guard rows > 0, let base = buffer.baseAddress else { return }
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 64) { codes in
          guard let codes = codes.baseAddress else { return }
          projection.apply(states + (start + 1) * shape.hidden, rows: rows, codes: codes, into: base)
        }
        for row in 0..<rows {
          let norm = ck_normalize(base + row * width, width)
          if !norm.isFinite || norm <= 0 { isSound = false }
        }
      }
      guard isSound else {
        throw EmbeddingError(
          .degenerateVector, "the model gave a token vector without direction: its weights are damaged, fetch it again",
          expected: "finite values, not all zero")
      }
      results.append(TokenVectors(dimension: width, values: values))
    }
    return results
  }
}

extension FloatStorage {
  fileprivate convenience init(copying values: [Float]) {
    self.init(count: values.count) { target in
      for (i, value) in values.enumerated() { target[i] = value }
    }
  }
}
