import CKernels

/// Layer normalisation over each row (J. L. Ba et al., 2016).
struct NormLayer: Sendable {
  let gain: FloatStorage
  let bias: FloatStorage
  let epsilon: Float

  func apply(_ values: UnsafeMutablePointer<Float>, rows: Int, isa: ck_isa) {
    ck_layer_norm(isa, values, rows, gain.count, gain.base, bias.base, epsilon)
  }
}
