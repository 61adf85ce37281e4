import CKernels
import COpenBLAS
public import CellContract

/// A sentence encoder in this process: WordPiece tokens, a BERT encoder, the mean of its last hidden states, length 1.
///
/// The model folder is what sentence-transformers writes: `model.safetensors`, `config.json`, `vocab.txt` and, where
/// present, `sentence_bert_config.json`, `1_Pooling/config.json`, `tokenizer_config.json`. Weights are mapped; the
/// layers' matrices are copied once into the kernels' layout. Work runs on threads of the embedder's own, in batches of
/// a few hundred tokens, so that a short query does not wait for all of a bulk load and cancellation is noticed soon.
public final class TransformerEmbedder: Embedder, Closeable {
  /// The model folder's last path component, followed by `+int8` where the vectors are made with that precision: an
  /// index tells them apart from others by it.
  public let modelID: String
  /// Components of each vector: the encoder's hidden size.
  public let dimension: Int
  /// Tokens of a text that are read, special ones included.
  public let maximumTokens: Int
  /// The tokenizer, for callers that need ids or counts.
  public let tokenizer: BertTokenizer

  let encoder: TransformerEncoder
  private let runner: BatchRunner

  /// Tokens in a batch. Larger batches gain nothing once the weights' traffic is paid for; smaller ones keep a batch's
  /// activations in cache and let other callers in sooner. Reasoned from sizes, not yet tuned by measurement.
  static let batchTokens = 384
  /// Texts tokenised in one go.
  static let tokenizerSlice = 64

  /// Loads the model. Blocks for about a tenth of a second: call it from a thread that may block.
  ///
  /// - Parameters:
  ///   - modelFolder: the folder with the model's files.
  ///   - threads: number of threads that compute, at least 1; more than the machine has cores only slow it down.
  ///   - precision: how exactly matrices are multiplied.
  /// - Throws: `EmbeddingError` that names the file, the tensor, and what was expected.
  public convenience init(
    modelFolder: String, threads: Int, precision: EmbedderPrecision = .float32
  ) throws(EmbeddingError) {
    try self.init(modelFolder: modelFolder, threads: threads, path: .best(precision))
  }

  init(modelFolder: String, threads: Int, path: MatrixPath) throws(EmbeddingError) {
    var folder = modelFolder
    while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
    let shape = try EncoderConfiguration(path: folder + "/config.json")
    let sentence = try SentenceConfiguration(folder: folder, positions: shape.positions)
    tokenizer = try BertTokenizer(vocabularyPath: folder + "/vocab.txt")
    guard tokenizer.vocabularyCount <= shape.vocabulary else {
      throw EmbeddingError(
        .badVocabulary, "the vocabulary has more tokens than the weights: they belong to different models",
        path: folder + "/vocab.txt", expected: "at most \(shape.vocabulary)", actual: "\(tokenizer.vocabularyCount)")
    }
    if path.precision == .int8, max(shape.hidden, shape.intermediate) > ck_int8_max_inputs {
      throw EmbeddingError(
        .unsupportedArchitecture, "sums of this model's layers do not fit into 32 bits: use the precision f32",
        path: folder + "/config.json", expected: "at most \(ck_int8_max_inputs) inputs of a layer",
        actual: "\(max(shape.hidden, shape.intermediate))")
    }
    // OpenBLAS must not start threads of its own beside ours: they would spin against each other.
    openblas_set_num_threads(1)
    encoder = try TransformerEncoder(SafetensorsFile(path: folder + "/model.safetensors"), shape, path: path)
    modelID = (folder.split(separator: "/").last.map { String($0) } ?? folder) + path.precision.modelSuffix
    dimension = shape.hidden
    maximumTokens = sentence.maximumTokens
    runner = BatchRunner(name: modelID, threads: threads)
  }

  /// Embeds `texts`; see ``Embedder/embed(_:)``. A text longer than the limit counts by its beginning.
  public func embed(_ texts: [String]) async throws -> EmbeddingMatrix {
    let encoder = encoder
    let results = try await runBatches(texts) { (batch: TokenBatch, workspace) -> [Float] in
      try encoder.sentenceVectors(batch, workspace)
    }
    var values = [Float](repeating: 0, count: texts.count * dimension)
    for (batch, vectors) in results {
      for (row, text) in batch.texts.enumerated() {
        let source = row * dimension
        let target = text * dimension
        values.replaceSubrange(target..<target + dimension, with: vectors[source..<source + dimension])
      }
    }
    return EmbeddingMatrix(dimension: dimension, values: values)
  }

  /// Tokenises `texts` and hands them to `body` batch by batch, on the embedder's threads.
  func runBatches<R: Sendable>(
    _ texts: [String], _ body: @escaping @Sendable (TokenBatch, EncoderWorkspace) throws -> R
  ) async throws -> [(batch: TokenBatch, result: R)] {
    let tokenizer = tokenizer
    let limit = maximumTokens
    if texts.count == 1 {
      // A query: one way to the threads and back, not two.
      return try await runner.map(texts) { (text: String, workspace) -> (batch: TokenBatch, result: R) in
        var batch = TokenBatch()
        batch.append(tokenizer.encode(text, maximumTokens: limit), text: 0)
        return (batch, try body(batch, workspace))
      }
    }
    let slices = stride(from: 0, to: texts.count, by: Self.tokenizerSlice).map {
      texts[$0..<min($0 + Self.tokenizerSlice, texts.count)]
    }
    let parts: [[[Int32]]] = try await runner.map(slices) { (slice: ArraySlice<String>, _) -> [[Int32]] in
      slice.map { tokenizer.encode($0, maximumTokens: limit) }
    }
    let encoded = Array(parts.joined())
    let total = encoded.reduce(0) { $0 + $1.count }
    let share = (total + runner.width - 1) / runner.width
    let batches = TokenBatch.divide(encoded, budget: min(Self.batchTokens, share))
    let results = try await runner.map(batches, body)
    return zip(batches, results).map { (batch: $0, result: $1) }
  }

  /// Counts the text's tokens; see ``Embedder/exceedsLimit(_:)``.
  public func exceedsLimit(_ text: String) -> Bool? {
    tokenizer.encode(text, maximumTokens: maximumTokens + 1).count > maximumTokens
  }

  /// Token vectors over the same weights, with the usual projection.
  public var tokenEncoder: (any TokenEncoder)? { try? TransformerTokenEncoder(self) }

  /// Accepts no more texts and ends the threads once what they have begun is done. Memory is released with the last
  /// reference. May be called again.
  public func close() {
    runner.stop()
  }

  deinit { runner.stop() }
}
