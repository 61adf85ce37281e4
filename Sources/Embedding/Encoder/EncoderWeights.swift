/// All weights of a BERT encoder, checked against its configuration.
///
/// Embedding tables stay in the mapped file (their rows are read sparsely); the layers' matrices are copied into the
/// layout of the kernels.
struct EncoderWeights: Sendable {
  let words: FloatStorage
  let positions: FloatStorage
  /// The row for token kind 0: single texts have no other.
  let kind: FloatStorage
  let norm: NormLayer
  let layers: [EncoderLayer]

  init(_ file: SafetensorsFile, _ shape: EncoderConfiguration, path: MatrixPath) throws(EmbeddingError) {
    let reader = WeightReader(file)
    let hidden = shape.hidden
    words = try reader.floats("embeddings.word_embeddings.weight", [shape.vocabulary, hidden], mapped: true)
    positions = try reader.floats("embeddings.position_embeddings.weight", [shape.positions, hidden], mapped: true)
    kind = try reader.floats("embeddings.token_type_embeddings.weight", [shape.kinds, hidden])
    norm = try reader.norm("embeddings.LayerNorm", hidden, shape.epsilon)
    var layers: [EncoderLayer] = []
    for number in 0..<shape.layers {
      let prefix = "encoder.layer.\(number)."
      var attention: [(weight: FloatStorage, bias: FloatStorage)] = []
      for part in ["query", "key", "value"] {
        attention.append(try reader.linear(prefix + "attention.self." + part, hidden, hidden))
      }
      layers.append(
        EncoderLayer(
          attentionInput: LinearLayer(attention, inputs: hidden, path: path),
          attentionOutput: LinearLayer(
            [try reader.linear(prefix + "attention.output.dense", hidden, hidden)], inputs: hidden, path: path),
          attentionNorm: try reader.norm(prefix + "attention.output.LayerNorm", hidden, shape.epsilon),
          intermediate: LinearLayer(
            [try reader.linear(prefix + "intermediate.dense", shape.intermediate, hidden)], inputs: hidden, path: path),
          output: LinearLayer(
            [try reader.linear(prefix + "output.dense", hidden, shape.intermediate)], inputs: shape.intermediate,
            path: path),
          outputNorm: try reader.norm(prefix + "output.LayerNorm", hidden, shape.epsilon)))
    }
    self.layers = layers
    file.releasePages()
  }

  /// Bytes held beside the mapped file.
  var allocatedBytes: Int {
    words.allocatedBytes + positions.allocatedBytes + layers.map(\.allocatedBytes).reduce(0, +)
  }
}
