import CKernels
import Foundation
import Testing

@testable import Embedding

/// Every instruction set's kernels against plain double-precision arithmetic, at sizes with and without remainders.
struct KernelTests {
  static let sets = [ck_isa_portable, ck_isa_avx2, ck_isa_avx512].filter { ck_isa_supported($0) }
    .map { MatrixPath.kernels($0) }

  private func random(_ count: Int, seed: UInt64) -> [Float] {
    var generator = SplitMix(state: seed)
    return (0..<count).map { _ in Float(Double(generator.next() >> 11) * 0x1p-53 * 2 - 1) }
  }

  private func gelu(_ x: Double) -> Double { 0.5 * x * (1 + erf(x / 2.0.squareRoot())) }

  static let sizes = [(1, 1, 1), (3, 5, 7), (7, 32, 16), (12, 33, 20), (13, 64, 48), (25, 100, 31), (97, 96, 12)]

  @Test(arguments: sets + [.openBLAS], sizes)
  func `a linear layer computes its product and epilogue`(path: MatrixPath, size: (Int, Int, Int)) {
    let (rows, outputs, inputs) = size
    let x = random(rows * inputs, seed: 1)
    let w = random(outputs * inputs, seed: 2)
    let b = random(outputs, seed: 3)
    let residual = random(rows * outputs, seed: 4)
    func storage(_ values: ArraySlice<Float>) -> FloatStorage {
      FloatStorage(count: values.count) { target in for (i, value) in values.enumerated() { target[i] = value } }
    }
    // Two parts stacked: the layer must put the second one's outputs after the first one's.
    let cut = outputs / 2
    let layer = LinearLayer(
      [
        (storage(w[..<(cut * inputs)]), storage(b[..<cut])), (storage(w[(cut * inputs)...]), storage(b[cut...])),
      ], inputs: inputs, path: path)
    for epilogue in [ck_epilogue_none, ck_epilogue_gelu, ck_epilogue_residual] {
      var y = [Float](repeating: .nan, count: rows * outputs)
      var codes: [UInt8] = [0]
      layer.apply(x, rows: rows, epilogue: epilogue, residual: residual, codes: &codes, into: &y)
      for r in 0..<rows {
        for o in 0..<outputs {
          var sum = Double(b[o])
          for i in 0..<inputs { sum += Double(x[r * inputs + i]) * Double(w[o * inputs + i]) }
          if epilogue == ck_epilogue_gelu { sum = gelu(sum) }
          if epilogue == ck_epilogue_residual { sum += Double(residual[r * outputs + o]) }
          #expect(abs(Double(y[r * outputs + o]) - sum) < 1e-5, "row \(r), output \(o), \(epilogue)")
        }
      }
    }
  }

  @Test(arguments: sets)
  func `gelu follows the exact form from minus to plus twenty`(path: MatrixPath) {
    let x = (0...80_000).map { Float($0) / 2000 - 20 }
    var y = x
    ck_apply_epilogue(path.isa, &y, 1, x.count, [Float](repeating: 0, count: x.count), ck_epilogue_gelu, nil)
    var worst = 0.0
    for (a, b) in zip(x, y) { worst = max(worst, abs(Double(b) - gelu(Double(a))) / max(1, abs(Double(a)))) }
    #expect(worst < 1e-6)
  }

  @Test(arguments: sets, [1, 5, 16, 37, 384])
  func `layer normalisation has mean and variance of each row`(path: MatrixPath, width: Int) {
    let rows = 3
    let x = random(rows * width, seed: 5).map { $0 * 10 + 100 }
    let gain = random(width, seed: 6)
    let bias = random(width, seed: 7)
    var y = x
    ck_layer_norm(path.isa, &y, rows, width, gain, bias, 1e-5)
    for r in 0..<rows {
      let row = x[r * width..<(r + 1) * width].map { Double($0) }
      let mean = row.reduce(0, +) / Double(width)
      let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)
      for c in 0..<width {
        let expected = (row[c] - mean) / (variance + 1e-5).squareRoot() * Double(gain[c]) + Double(bias[c])
        #expect(abs(Double(y[r * width + c]) - expected) < 2e-4)
      }
    }
  }

  @Test(arguments: sets, [(1, 1, 1), (3, 2, 5), (12, 1, 32), (33, 3, 16), (70, 2, 40)])
  func `attention weighs values by softmax of scaled products`(path: MatrixPath, size: (Int, Int, Int)) {
    let (length, heads, head) = size
    let width = heads * head
    let qkv = random(length * 3 * width, seed: 8).map { $0 * 4 }
    var out = [Float](repeating: .nan, count: length * width)
    var scratch = [Float](repeating: .nan, count: ck_attention_scratch(path.isa, length, head))
    ck_attention(path.isa, qkv, length, heads, head, 0.3, &scratch, &out)
    func at(_ row: Int, _ part: Int, _ column: Int) -> Double { Double(qkv[row * 3 * width + part * width + column]) }
    for h in 0..<heads {
      for q in 0..<length {
        let scores = (0..<length).map { k in
          (0..<head).reduce(0.0) { $0 + at(q, 0, h * head + $1) * at(k, 1, h * head + $1) } * 0.3
        }
        let top = scores.max() ?? 0
        let weights = scores.map { exp($0 - top) }
        let total = weights.reduce(0, +)
        for d in 0..<head {
          let expected = (0..<length).reduce(0.0) { $0 + weights[$1] / total * at($1, 2, h * head + d) }
          #expect(abs(Double(out[q * width + h * head + d]) - expected) < 2e-5)
        }
      }
    }
  }

  @Test(arguments: sets)
  func `attention survives scores beyond the range of exp`(path: MatrixPath) {
    // One key wins by thousands: its value comes out alone, and nothing overflows.
    let qkv: [Float] = [100, 100, 7, 100, -100, 9]
    var out: [Float] = [0, 0]
    var scratch = [Float](repeating: 0, count: ck_attention_scratch(path.isa, 2, 1))
    ck_attention(path.isa, qkv, 2, 1, 1, 1, &scratch, &out)
    #expect(out == [7, 7])
  }

  @Test func `normalising leaves a zero or damaged vector alone and reports its norm`() {
    var zero: [Float] = [0, 0]
    #expect(ck_normalize(&zero, 2) == 0)
    #expect(zero == [0, 0])
    var broken: [Float] = [1, .nan]
    #expect(ck_normalize(&broken, 2).isNaN)
    var huge: [Float] = [3e38, 3e38]
    _ = ck_normalize(&huge, 2)
    #expect(abs(huge[0] - 0.70710678) < 1e-6)
  }

  @Test func `the best instruction set is a supported one`() {
    #expect(ck_isa_supported(ck_isa_best()))
    #expect(ck_isa_supported(ck_isa_portable))
  }
}
