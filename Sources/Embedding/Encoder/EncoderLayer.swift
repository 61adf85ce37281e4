/// The weights of one layer: self-attention and a two-layer perceptron, each followed by residual sum and norm.
struct EncoderLayer: Sendable {
  /// Queries, keys and values in one product.
  let attentionInput: LinearLayer
  let attentionOutput: LinearLayer
  let attentionNorm: NormLayer
  let intermediate: LinearLayer
  let output: LinearLayer
  let outputNorm: NormLayer

  var allocatedBytes: Int {
    [attentionInput, attentionOutput, intermediate, output].map(\.allocatedBytes).reduce(0, +)
  }
}
