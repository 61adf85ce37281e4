import COpenBLAS
public import CellContract

/// A learned sparse encoder in this process: a BERT masked language model whose logits say how much each vocabulary entry
/// has to do with a text, whether it occurs in it or not (T. Formal et al., SPLADE v2, 2021).
///
/// The model folder holds `model.safetensors`, `config.json` and `vocab.txt`; `scripts/model splade` provides one. Work
/// runs on threads of the encoder's own, in batches of a few hundred tokens.
public final class SpladeEncoder: SparseEncoder, Closeable {
  /// The model folder's last path component.
  public let modelID: String
  /// Size of the vocabulary.
  public let vocabularyCount: Int
  /// Tokens of a text that are read, special ones included.
  public let maximumTokens: Int

  private let tokenizer: BertTokenizer
  private let encoder: TransformerEncoder
  private let head: LanguageModelHead
  private let runner: BatchRunner

  /// What is read of a text unless the model allows less: as much as the dense model reads.
  public static let defaultMaximumTokens = 256
  /// Weights below this are left out: half of the smallest impact that an index stores.
  private static let minimumWeight: Float = 1 / 128

  /// Loads the model. Blocks for some hundredths of a second: call it from a thread that may block.
  ///
  /// - Parameters:
  ///   - modelFolder: the folder with the model's files.
  ///   - threads: number of threads that compute, at least 1.
  /// - Throws: `EmbeddingError` that names the file, the tensor, and what was expected.
  public init(modelFolder: String, threads: Int) throws(EmbeddingError) {
    var folder = modelFolder
    while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
    let shape = try EncoderConfiguration(path: folder + "/config.json")
    // Pooling files, if there are any, belong to a dense use of the same encoder; the tokenizer's must fit.
    let sentence = try SentenceConfiguration(folder: folder, positions: shape.positions)
    tokenizer = try BertTokenizer(vocabularyPath: folder + "/vocab.txt")
    guard tokenizer.vocabularyCount <= shape.vocabulary else {
      throw EmbeddingError(
        .badVocabulary, "the vocabulary has more tokens than the weights: they belong to different models",
        path: folder + "/vocab.txt", expected: "at most \(shape.vocabulary)", actual: "\(tokenizer.vocabularyCount)")
    }
    openblas_set_num_threads(1)
    let file = try SafetensorsFile(path: folder + "/model.safetensors")
    encoder = try TransformerEncoder(file, shape, path: .best)
    head = try LanguageModelHead(file, shape, path: .best)
    modelID = folder.split(separator: "/").last.map { String($0) } ?? folder
    vocabularyCount = shape.vocabulary
    maximumTokens = min(sentence.maximumTokens, Self.defaultMaximumTokens)
    runner = BatchRunner(name: modelID, threads: threads)
  }

  /// Encodes `texts`; see ``SparseEncoder/encode(_:)``. A text longer than the limit counts by its beginning.
  public func encode(_ texts: [String]) async throws -> [SparseVector] {
    let (tokenizer, limit, encoder, head) = (tokenizer, maximumTokens, encoder, head)
    let slices = stride(from: 0, to: texts.count, by: TransformerEmbedder.tokenizerSlice).map {
      texts[$0..<min($0 + TransformerEmbedder.tokenizerSlice, texts.count)]
    }
    let encoded = try await runner.map(slices) { (slice: ArraySlice<String>, _) -> [[Int32]] in
      slice.map { tokenizer.encode($0, maximumTokens: limit) }
    }.flatMap { $0 }
    let total = encoded.reduce(0) { $0 + $1.count }
    let share = (total + runner.width - 1) / runner.width
    let batches = TokenBatch.divide(encoded, budget: min(TransformerEmbedder.batchTokens, share))
    let results = try await runner.map(batches) { (batch: TokenBatch, workspace) -> [SparseVector] in
      head.vectors(encoder.encode(batch, workspace), batch, minimum: Self.minimumWeight)
    }
    var vectors = [SparseVector](repeating: SparseVector(terms: [], weights: []), count: texts.count)
    for (batch, found) in zip(batches, results) {
      for (place, text) in batch.texts.enumerated() { vectors[text] = found[place] }
    }
    return vectors
  }

  /// Counts the text's tokens; see ``SparseEncoder/exceedsLimit(_:)``.
  public func exceedsLimit(_ text: String) -> Bool {
    tokenizer.encode(text, maximumTokens: maximumTokens + 1).count > maximumTokens
  }

  /// Accepts no more texts and ends the threads once what they have begun is done. May be called again.
  public func close() { runner.stop() }

  deinit { runner.stop() }
}
