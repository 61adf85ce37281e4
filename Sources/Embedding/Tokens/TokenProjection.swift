import CKernels

/// A linear map from an encoder's token states to fewer components, so that an index of tokens stays small.
///
/// Vectors of different projections cannot be compared: ``id`` is part of the encoder's name.
public struct TokenProjection: Sendable {
  /// A stable name, such as `pca128`.
  public let id: String
  /// Components of a state.
  public let inputs: Int
  /// Components of a token vector: a multiple of 32.
  public let outputs: Int
  /// [outputs, inputs]
  let weights: [Float]
  let bias: [Float]

  /// Components that an index keeps of each token where the model has more.
  public static let usualOutputs = 128

  /// A projection of one's own: `weights` is [outputs, inputs], `bias` is added to the product.
  ///
  /// - Throws: `EmbeddingError` with code `invalidSetting` when sizes do not fit or a value is not finite.
  public init(id: String, inputs: Int, outputs: Int, weights: [Float], bias: [Float]? = nil) throws(EmbeddingError) {
    let bias = bias ?? [Float](repeating: 0, count: outputs)
    guard inputs > 0, outputs > 0, outputs.isMultiple(of: 32), outputs <= ck_token_max_dim,
      weights.count == inputs * outputs, bias.count == outputs, (weights + bias).allSatisfy(\.isFinite)
    else {
      throw EmbeddingError(
        .invalidSetting,
        "the token projection \(id) does not have the shape it claims, or has values that are not finite",
        expected: "[\(outputs), \(inputs)], outputs a multiple of 32 up to \(ck_token_max_dim)",
        actual: "\(weights.count) weights and \(bias.count) biases")
    }
    (self.id, self.inputs, self.outputs, self.weights, self.bias) = (id, inputs, outputs, weights, bias)
  }

  private init(id: String, inputs: Int, outputs: Int, rows: [Float]) {
    (self.id, self.inputs, self.outputs, weights) = (id, inputs, outputs, rows)
    bias = [Float](repeating: 0, count: outputs)
  }

  /// States as they are; widths that are no multiple of 32 are filled up with zeros.
  public static func identity(_ width: Int) -> TokenProjection {
    let outputs = (width + 31) / 32 * 32
    var rows = [Float](repeating: 0, count: outputs * width)
    for i in 0..<width { rows[i * width + i] = 1 }
    return TokenProjection(id: "states\(outputs)", inputs: width, outputs: outputs, rows: rows)
  }

  /// `outputs` random directions at right angles, the same for the same seed: keeps products about right whatever the model
  /// is (W. Johnson, J. Lindenstrauss, 1984).
  public static func orthogonal(inputs: Int, outputs: Int = usualOutputs, seed: UInt64 = 1) -> TokenProjection {
    precondition(outputs <= inputs && outputs.isMultiple(of: 32), "a projection makes vectors shorter")
    var generator = ProjectionNoise(state: seed)
    var rows: [Float] = []
    for _ in 0..<outputs {
      var row = (0..<inputs).map { _ in generator.normal() }
      // Gram and Schmidt twice: once leaves rounding errors of the size of what was taken away.
      for _ in 0..<2 {
        for other in stride(from: 0, to: rows.count, by: inputs) {
          let shared = (0..<inputs).reduce(0.0) { $0 + row[$1] * Double(rows[other + $1]) }
          for i in 0..<inputs { row[i] -= shared * Double(rows[other + i]) }
        }
        let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
        for i in 0..<inputs { row[i] /= length }
      }
      rows += row.map { Float($0) }
    }
    return TokenProjection(id: "orthogonal\(outputs)-\(seed)", inputs: inputs, outputs: outputs, rows: rows)
  }

  /// The projection fitted to all-MiniLM-L6-v2 (Benchmarks/retrieval/projection.py; docs/retrieval.md has its measurement).
  public static let fitted: TokenProjection = {
    let (inputs, outputs) = (ck_token_projection_inputs, ck_token_projection_outputs)
    var rows = [Float](repeating: 0, count: inputs * outputs)
    ck_widen_f16(ck_token_projection_rows(), rows.count, &rows)
    return TokenProjection(id: "pca128", inputs: inputs, outputs: outputs, rows: rows)
  }()

  /// What the engine uses for a model: short states as they are, the fitted projection for the model it was fitted to,
  /// else ``orthogonal(inputs:outputs:seed:)``.
  public static func usual(inputs: Int, modelID: String) -> TokenProjection {
    if inputs <= usualOutputs { return .identity(inputs) }
    let isFitted = inputs == ck_token_projection_inputs && modelID.hasPrefix("all-MiniLM-L6-v2")
    return isFitted ? .fitted : .orthogonal(inputs: inputs)
  }
}

/// Seeded noise (S. Vigna, SplitMix64), so that everybody's directions are the same.
private struct ProjectionNoise {
  var state: UInt64

  private mutating func uniform() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
  }

  /// Twelve uniform numbers' sum is normal enough for a direction.
  mutating func normal() -> Double { (0..<12).reduce(-6.0) { sum, _ in sum + uniform() } }
}
