import CKernels

/// The head of a masked language model over an encoder's hidden states: a transform, then one logit a vocabulary entry,
/// with the word embeddings as weights (J. Devlin et al., 2018).
///
/// The vocabulary is cut into panels that fit into the second-level cache together with the logits of a batch, of which
/// only each text's maximum is kept.
struct LanguageModelHead: Sendable {
  private let transform: LinearLayer
  private let norm: NormLayer
  private let panels: [LinearLayer]
  private let path: MatrixPath
  private let hidden: Int

  private static let panelWidth = 512

  init(_ file: SafetensorsFile, _ shape: EncoderConfiguration, path: MatrixPath) throws(EmbeddingError) {
    let reader = WeightReader(file)
    self.path = path
    let hidden = shape.hidden
    self.hidden = hidden
    let prefix = "cls.predictions."
    transform = LinearLayer(
      [try reader.linear(prefix + "transform.dense", hidden, hidden)], inputs: hidden, path: path)
    norm = try reader.norm(prefix + "transform.LayerNorm", hidden, shape.epsilon)
    let words = try reader.floats("embeddings.word_embeddings.weight", [shape.vocabulary, hidden], mapped: true)
    let bias = try reader.floats(prefix + "bias", [shape.vocabulary])
    panels = stride(from: 0, to: shape.vocabulary, by: Self.panelWidth).map { first in
      let width = min(Self.panelWidth, shape.vocabulary - first)
      let weight = FloatStorage(viewing: words.base + first * hidden, count: width * hidden, owner: words)
      let part = FloatStorage(viewing: bias.base + first, count: width, owner: bias)
      return LinearLayer([(weight, part)], inputs: hidden, path: path)
    }
    file.releasePages()
  }

  /// The sparse vector of each text of a batch from its hidden states: the maximum over tokens of log(1 + relu(logit)).
  func vectors(_ states: UnsafePointer<Float>, _ batch: TokenBatch, minimum: Float) -> [SparseVector] {
    let rows = batch.tokens
    let width = Self.panelWidth
    let codes = LinearLayer.codeBytes(inputs: hidden, path: path)
    let memory = UnsafeMutablePointer<Float>.allocate(capacity: rows * (hidden + width) + 2 * width)
    let scratch = UnsafeMutableRawPointer.allocate(byteCount: max(64, codes), alignment: 64)
    let terms = UnsafeMutablePointer<Int32>.allocate(capacity: width)
    defer {
      memory.deallocate()
      scratch.deallocate()
      terms.deallocate()
    }
    let (transformed, logits) = (memory, memory + rows * hidden)
    let (most, weights) = (logits + rows * width, logits + rows * width + width)
    transform.apply(states, rows: rows, epilogue: ck_epilogue_gelu, codes: scratch, into: transformed)
    norm.apply(transformed, rows: rows, isa: path.isa)

    var found = [(terms: [Int32], weights: [Float])](repeating: ([], []), count: batch.texts.count)
    for (number, panel) in panels.enumerated() {
      panel.apply(transformed, rows: rows, codes: scratch, into: logits)
      for text in batch.texts.indices {
        let (start, end) = (batch.starts[text], batch.starts[text + 1])
        ck_max_rows(logits + start * panel.outputs, end - start, panel.outputs, most)
        let count = ck_take_terms(most, panel.outputs, Int32(number * width), minimum, terms, weights)
        found[text].terms.append(contentsOf: UnsafeBufferPointer(start: terms, count: count))
        found[text].weights.append(contentsOf: UnsafeBufferPointer(start: weights, count: count))
      }
    }
    return found.map { SparseVector(terms: $0.terms, weights: $0.weights) }
  }
}
