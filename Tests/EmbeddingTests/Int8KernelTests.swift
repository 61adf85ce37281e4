import CKernels
import Testing

@testable import Embedding

/// The int8 product of every instruction set at hand, against plain integers and against each other.
struct Int8KernelTests {
  static let levels = [ck_int8_portable, ck_int8_avx2, ck_int8_avx512vnni, ck_int8_neon].filter {
    ck_int8_supported($0)
  }
  static let sizes = KernelTests.sizes + [(1, 384, 384), (11, 70, 1536), (200, 384, 97)]

  struct Row: Equatable {
    var codes: [UInt8]
    var scale: UInt32
    var zero: Int32
  }

  private func random(_ count: Int, seed: UInt64, low: Double = -1, high: Double = 1) -> [Float] {
    var generator = SplitMix(state: seed)
    return (0..<count).map { _ in Float(low + (high - low) * Double(generator.next() >> 11) * 0x1p-53) }
  }

  private func quantised(_ values: [Float], _ level: ck_int8) -> Row {
    var row = Row(codes: [UInt8](repeating: 0, count: values.count), scale: 0, zero: 0)
    var scale: Float = 0
    var scratch = [UInt8](repeating: 0, count: ck_int8_scratch_bytes(level, values.count))
    ck_int8_quantize(level, values, values.count, &scratch, &row.codes, &scale, &row.zero)
    row.scale = scale.bitPattern
    return row
  }

  private func product(
    _ level: ck_int8, _ size: (Int, Int, Int), _ x: [Float], _ w: [Float], _ b: [Float],
    _ epilogue: ck_epilogue = ck_epilogue_none, residual: [Float]? = nil
  ) -> [Float] {
    let (rows, outputs, inputs) = size
    var packed = [UInt8](repeating: 0xff, count: ck_int8_packed_bytes(level, outputs, inputs))
    ck_int8_pack(level, w, b, outputs, inputs, &packed)
    var scratch = [UInt8](repeating: 0xff, count: ck_int8_scratch_bytes(level, inputs))
    // One more: nothing may be written past the end.
    var y = [Float](repeating: -77, count: rows * outputs + 1)
    ck_int8_linear(level, x, rows, inputs, packed, outputs, epilogue, residual, &scratch, &y)
    #expect(y.removeLast() == -77)
    return y
  }

  @Test(arguments: levels)
  func `codes follow the values within half a step, zero exactly, and are the same on every level`(
    level: ck_int8
  ) {
    let rows =
      [[0, 0, 0], [5], [-3, -2], [1, 2, 3, 4, 5], [.leastNonzeroMagnitude, 0], [1e-20, -1e-20, 0]]
      + [random(384, seed: 1), random(1536, seed: 2, low: -0.17, high: 9), random(33, seed: 3, low: -1e30, high: 1e30)]
    for values in rows {
      let row = quantised(values, level)
      #expect(row == quantised(values, ck_int8_portable))
      let scale = Float(bitPattern: row.scale)
      #expect((0...255).contains(row.zero))
      for (value, code) in zip(values, row.codes) {
        let back = Double(Int32(code) - row.zero) * Double(scale)
        #expect(abs(back - Double(value)) <= Double(scale) * 1.001 + 1e-30, "\(value) in \(values.prefix(5))")
        if value == 0 { #expect(back == 0) }
      }
    }
  }

  /// With rows and weights whose scale is 1 nothing is rounded: the result is the integer sum itself.
  @Test(arguments: levels, sizes)
  func `integer sums are exact, also at the ends of the range`(level: ck_int8, size: (Int, Int, Int)) {
    let (rows, outputs, inputs) = size
    var generator = SplitMix(state: 7)
    var x = (0..<rows * inputs).map { _ in Float(Int.random(in: 0...255, using: &generator)) }
    var w = (0..<outputs * inputs).map { _ in Float(Int.random(in: -127...127, using: &generator)) }
    // The largest code in each row and the largest weight in each output make their scales 1.
    for r in 0..<rows { x[r * inputs] = 255 }
    for o in 0..<outputs { w[o * inputs] = o.isMultiple(of: 2) ? 127 : -127 }
    // All of one row and of one output at their ends: what a saturating product gets wrong.
    for i in 0..<inputs {
      x[(rows - 1) * inputs + i] = 255
      w[(outputs - 1) * inputs + i] = 127
    }
    let y = product(level, size, x, w, [Float](repeating: 0, count: outputs))
    for r in 0..<rows {
      for o in 0..<outputs {
        var sum = 0
        for i in 0..<inputs { sum += Int(x[r * inputs + i]) * Int(w[o * inputs + i]) }
        #expect(y[r * outputs + o] == Float(sum), "row \(r), output \(o)")
      }
    }
  }

  @Test(arguments: levels, sizes)
  func `products of any values are the portable ones bit for bit, and near the exact ones`(
    level: ck_int8, size: (Int, Int, Int)
  ) {
    let (rows, outputs, inputs) = size
    let x = random(rows * inputs, seed: 1, low: -1, high: 3)
    let w = random(outputs * inputs, seed: 2)
    let none = [Float](repeating: 0, count: outputs)
    let y = product(level, size, x, w, none)
    #expect(y.map(\.bitPattern) == product(ck_int8_portable, size, x, w, none).map(\.bitPattern))

    let bias = random(outputs, seed: 3)
    let residual = random(rows * outputs, seed: 4)
    for epilogue in [ck_epilogue_none, ck_epilogue_gelu, ck_epilogue_residual] {
      let z = product(level, size, x, w, bias, epilogue, residual: residual)
      var plain = y
      for at in plain.indices { plain[at] += bias[at % outputs] }
      ck_apply_epilogue(ck_isa_portable, &plain, rows, outputs, none, epilogue, residual)
      for (a, b) in zip(z, plain) { #expect(abs(a - b) <= 1e-4) }
    }
    for r in 0..<rows {
      for o in 0..<outputs {
        var sum = 0.0
        for i in 0..<inputs { sum += Double(x[r * inputs + i]) * Double(w[o * inputs + i]) }
        // Half a step of each side at every input, were all errors to point the same way.
        let bound = Double(inputs) * (4.0 / 255 * 0.5 * 1.01 + 3 / 127.0 * 0.5 * 1.01) + 1e-4
        #expect(abs(Double(y[r * outputs + o]) - sum) <= bound)
      }
    }
  }

  @Test(arguments: levels)
  func `a value that is no finite number spoils its row, and a weight its output`(level: ck_int8) {
    for bad in [Float.nan, .infinity, -.infinity] {
      var x = random(3 * 40, seed: 5)
      x[40 + 39] = bad
      let y = product(level, (3, 20, 40), x, random(20 * 40, seed: 6), [Float](repeating: 0, count: 20))
      #expect(y[20..<40].allSatisfy { !$0.isFinite })
      #expect((y[..<20] + y[40...]).allSatisfy { $0.isFinite })
      var w = random(20 * 40, seed: 6)
      w[19 * 40 + 3] = bad
      let z = product(level, (3, 20, 40), random(3 * 40, seed: 5), w, [Float](repeating: 0, count: 20))
      for (at, value) in z.enumerated() { #expect(value.isFinite == (at % 20 != 19)) }
    }
  }
}
