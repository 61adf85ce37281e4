import CKernels

/// Which code multiplies matrices.
enum MatrixPath: Sendable, Hashable, CustomStringConvertible {
  /// Our own kernels over weights packed at load, for one instruction set.
  case kernels(ck_isa)
  /// OpenBLAS, one thread a call: for processors that our kernels do not know, and the oracle in tests.
  case openBLAS
  /// Eight-bit codes on both sides, quantised at load and for each row, for one instruction set.
  case int8(ck_int8)

  /// Our kernels where they have vectors of 256 bits or more, measured faster than OpenBLAS on Zen 4
  /// (docs/embedding.md); elsewhere OpenBLAS, which knows many more processors.
  static let best: MatrixPath = ck_isa_best() == ck_isa_portable ? .openBLAS : .kernels(ck_isa_best())

  /// The path that users of `precision` get.
  static func best(_ precision: EmbedderPrecision) -> MatrixPath {
    switch precision {
    case .float32: best
    case .int8: .int8(ck_int8_best())
    }
  }

  /// What the vectors of this path are like.
  var precision: EmbedderPrecision {
    if case .int8 = self { return .int8 }
    return .float32
  }

  /// The instruction set for everything that is no matrix product.
  var isa: ck_isa {
    if case .kernels(let isa) = self { return isa }
    return ck_isa_best()
  }

  var description: String {
    switch self {
    case .kernels(let isa): String(cString: ck_isa_name(isa))
    case .openBLAS: "openblas"
    case .int8(let level): "int8 \(String(cString: ck_int8_name(level)))"
    }
  }
}
