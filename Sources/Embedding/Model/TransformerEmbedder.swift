import CKernels
import COpenBLAS
import RuntimeCells
import Synchronization

/// A sentence encoder in this process: WordPiece tokens, a BERT encoder, the mean of its last hidden states, length 1.
///
/// The model folder is what sentence-transformers writes: `model.safetensors`, `config.json`, `vocab.txt` and, where
/// present, `sentence_bert_config.json`, `1_Pooling/config.json`, `tokenizer_config.json`. Weights are mapped; the
/// layers' matrices are copied once into the kernels' layout. Work runs on threads of the embedder's own, in batches of
/// a few hundred tokens, so that a short query does not wait for all of a bulk load and cancellation is noticed soon.
public final class TransformerEmbedder: Embedder {
  /// The model folder's last path component.
  public let modelID: String
  /// Components of each vector: the encoder's hidden size.
  public let dimension: Int
  /// Tokens of a text that are read, special ones included.
  public let maximumTokens: Int
  /// The tokenizer, for callers that need ids or counts.
  public let tokenizer: BertTokenizer

  let encoder: TransformerEncoder
  private let threads: DedicatedThreads
  private let isClosed = Atomic(false)

  /// Tokens in a batch. Larger batches gain nothing once the weights' traffic is paid for; smaller ones keep a batch's
  /// activations in cache and let other callers in sooner (measured: docs/embedding.md).
  static let batchTokens = 384
  /// Texts tokenised in one go.
  private static let tokenizerSlice = 64

  /// Loads the model. Blocks for about a tenth of a second: call it from a thread that may block.
  ///
  /// - Parameters:
  ///   - modelFolder: the folder with the model's files.
  ///   - threads: number of threads that compute, at least 1; more than the machine has cores only slow it down.
  /// - Throws: `EmbeddingError` that names the file, the tensor, and what was expected.
  public convenience init(modelFolder: String, threads: Int) throws(EmbeddingError) {
    try self.init(modelFolder: modelFolder, threads: threads, path: .best)
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
    // OpenBLAS must not start threads of its own beside ours: they would spin against each other.
    openblas_set_num_threads(1)
    encoder = try TransformerEncoder(SafetensorsFile(path: folder + "/model.safetensors"), shape, path: path)
    modelID = folder.split(separator: "/").last.map { String($0) } ?? folder
    dimension = shape.hidden
    maximumTokens = sentence.maximumTokens
    self.threads = DedicatedThreads(name: "embed", count: threads)
  }

  public func embed(_ texts: [String]) async throws -> EmbeddingMatrix {
    try Task.checkCancellation()
    let slices = stride(from: 0, to: texts.count, by: Self.tokenizerSlice).map {
      texts[$0..<min($0 + Self.tokenizerSlice, texts.count)]
    }
    let encoded = try await spread(slices) { [tokenizer, maximumTokens] slice, _ in
      slice.map { tokenizer.encode($0, maximumTokens: maximumTokens) }
    }.flatMap { $0 }
    let total = encoded.reduce(0) { $0 + $1.count }
    let share = (total + threads.count - 1) / threads.count
    let batches = TokenBatch.divide(encoded, budget: min(Self.batchTokens, share))
    let results = try await spread(batches) { [encoder] batch, workspace in
      try encoder.sentenceVectors(batch, workspace)
    }
    var values = [Float](repeating: 0, count: texts.count * dimension)
    for (batch, vectors) in zip(batches, results) {
      for (row, text) in batch.texts.enumerated() {
        values.replaceSubrange(
          text * dimension..<(text + 1) * dimension, with: vectors[row * dimension..<(row + 1) * dimension])
      }
    }
    return EmbeddingMatrix(dimension: dimension, values: values)
  }

  /// Accepts no more texts and ends the threads once what they have begun is done. Memory is released with the last
  /// reference. May be called again.
  public func close() {
    isClosed.store(true, ordering: .releasing)
    threads.stop()
  }

  deinit { threads.stop() }

  /// Runs `body` for each item on the embedder's threads, items in turn, results in the items' order. Between two items
  /// a thread is free for other callers, and a cancelled caller stops.
  private func spread<Item: Sendable, R: Sendable>(
    _ items: [Item], _ body: @escaping @Sendable (Item, EncoderWorkspace) throws -> R
  ) async throws -> [R] {
    guard !isClosed.load(ordering: .acquiring) else { throw EmbeddingError.closed(modelID) }
    let next = SharedCounter()
    return try await withThrowingTaskGroup(of: [(Int, R)].self) { group in
      for _ in 0..<min(threads.count, items.count) {
        group.addTask { [threads, modelID] in
          let workspace = EncoderWorkspace()
          var done: [(Int, R)] = []
          while case let index = next.take(), index < items.count {
            try Task.checkCancellation()
            do {
              done.append((index, try await threads.run { try body(items[index], workspace) }))
            } catch is DedicatedThreadsStopped {
              throw EmbeddingError.closed(modelID)
            }
          }
          return done
        }
      }
      var results = [R?](repeating: nil, count: items.count)
      for try await part in group {
        for (index, result) in part { results[index] = result }
      }
      return results.compactMap { $0 }
    }
  }
}

extension EmbeddingError {
  fileprivate static func closed(_ model: String) -> EmbeddingError {
    EmbeddingError(.closed, "the embedder of \(model) was closed: make a new one, or close it later")
  }
}
