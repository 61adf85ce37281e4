/// Finds tensors under the names that BERT checkpoints give them: with or without the prefix `bert.`, norms as
/// `weight` and `bias` or, in older files, `gamma` and `beta`.
struct WeightReader {
  private let file: SafetensorsFile

  init(_ file: SafetensorsFile) { self.file = file }

  func floats(_ name: String, _ shape: [Int], mapped: Bool = false) throws(EmbeddingError) -> FloatStorage {
    try file.floats(file.firstPresent([name, "bert." + name]) ?? name, shape: shape, mapped: mapped)
  }

  /// Weight [outputs, inputs] and bias [outputs] of a linear layer.
  func linear(
    _ name: String, _ outputs: Int, _ inputs: Int
  ) throws(EmbeddingError) -> (weight: FloatStorage, bias: FloatStorage) {
    (
      // A view is enough: LinearLayer copies into its own layout.
      try floats(name + ".weight", [outputs, inputs], mapped: true),
      try floats(name + ".bias", [outputs])
    )
  }

  func norm(_ name: String, _ width: Int, _ epsilon: Float) throws(EmbeddingError) -> NormLayer {
    func either(_ modern: String, _ legacy: String) -> String {
      let names = [modern, legacy].map { "\(name).\($0)" }
      return file.firstPresent(names + names.map { "bert." + $0 }) ?? names[0]
    }
    return NormLayer(
      gain: try file.floats(either("weight", "gamma"), shape: [width]),
      bias: try file.floats(either("bias", "beta"), shape: [width]), epsilon: epsilon)
  }
}
