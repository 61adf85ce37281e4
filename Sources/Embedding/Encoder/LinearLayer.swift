import CKernels
import COpenBLAS

/// y = epilogue(x · Wᵀ + b) with weights rearranged once for the kernels that will run it.
struct LinearLayer: Sendable {
  let outputs: Int
  let inputs: Int
  private let weights: FloatStorage
  private let bias: FloatStorage
  private let path: MatrixPath

  /// Stacks the given layers' outputs one after the other: several products of one input become one.
  init(_ parts: [(weight: FloatStorage, bias: FloatStorage)], inputs: Int, path: MatrixPath) {
    let counts = parts.map(\.bias.count)
    let outputs = counts.reduce(0, +)
    self.outputs = outputs
    self.inputs = inputs
    self.path = path
    bias = FloatStorage(count: outputs) { target in
      var at = 0
      for part in parts {
        for i in 0..<part.bias.count { target[at + i] = part.bias.base[i] }
        at += part.bias.count
      }
    }
    let stacked = FloatStorage(count: outputs * inputs) { target in
      guard var next = target.baseAddress else { return }
      for part in parts {
        next.update(from: part.weight.base, count: part.weight.count)
        next += part.weight.count
      }
    }
    switch path {
    case .openBLAS:
      weights = stacked
    case .int8(let level):
      // Bytes in a float's clothes: the kernels alone look inside.
      let bytes = ck_int8_packed_bytes(level, outputs, inputs)
      weights = FloatStorage(count: (bytes + 3) / 4) { [bias] target in
        ck_int8_pack(level, stacked.base, bias.base, outputs, inputs, target.baseAddress)
      }
    case .kernels(let isa):
      weights = FloatStorage(count: ck_packed_count(isa, outputs, inputs)) { target in
        ck_pack_weights(isa, stacked.base, outputs, inputs, target.baseAddress)
      }
    }
  }

  /// Bytes of memory that the layer holds.
  var allocatedBytes: Int { weights.allocatedBytes + bias.allocatedBytes }

  /// Bytes of `codes` that ``apply(_:rows:epilogue:residual:codes:into:)`` needs on `path`.
  static func codeBytes(inputs: Int, path: MatrixPath) -> Int {
    if case .int8(let level) = path { return ck_int8_scratch_bytes(level, inputs) }
    return 0
  }

  /// Rows that the kernels take at a time.
  static let blockRows = Int(ck_block_rows)

  /// Computes `rows` rows. `residual` has the shape of `output` and may be the same memory; `codes` is scratch memory for
  /// quantised rows. A team shares the outputs; each is the same, bit for bit, whoever computes it.
  func apply(
    _ input: UnsafePointer<Float>, rows: Int, epilogue: ck_epilogue = ck_epilogue_none,
    residual: UnsafePointer<Float>? = nil, codes: UnsafeMutableRawPointer, team: WorkTeam? = nil,
    into output: UnsafeMutablePointer<Float>
  ) {
    switch (path, team) {
    case (.openBLAS, _):
      cblas_sgemm(
        CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows), Int32(outputs), Int32(inputs), 1, input, Int32(inputs),
        weights.base, Int32(inputs), 0, output, Int32(outputs))
      ck_apply_epilogue(path.isa, output, rows, outputs, bias.base, epilogue, residual)
    case (.kernels(let isa), nil):
      ck_linear(isa, input, rows, inputs, weights.base, bias.base, outputs, epilogue, residual, output)
    case (.int8(let level), nil):
      ck_int8_linear(level, input, rows, inputs, weights.base, outputs, epilogue, residual, codes, output)
    case (_, let team?):
      // A block's rows meet all weights before the next block's, as in the kernels themselves.
      for top in stride(from: 0, to: rows, by: Self.blockRows) {
        share(
          input + top * inputs, rows: min(Self.blockRows, rows - top), epilogue, residual.map { $0 + top * outputs },
          codes, team, output + top * outputs)
      }
    }
  }

  /// One block of rows, its panels of outputs by turns.
  private func share(
    _ input: UnsafePointer<Float>, rows: Int, _ epilogue: ck_epilogue, _ residual: UnsafePointer<Float>?,
    _ codes: UnsafeMutableRawPointer, _ team: WorkTeam, _ output: UnsafeMutablePointer<Float>
  ) {
    switch path {
    case .openBLAS: break
    case .kernels(let isa):
      team.divide(ck_panels(isa, outputs)) { panel, _ in
        ck_linear_panels(
          isa, input, rows, inputs, weights.base, bias.base, outputs, epilogue, residual, panel, panel + 1, output)
      }
    case .int8(let level):
      let step = 8
      team.divide((rows + step - 1) / step) { part, _ in
        ck_int8_quantize_rows(level, input, inputs, part * step, min(rows, (part + 1) * step), codes)
      }
      // Two at a time: one is done in a microsecond.
      let panels = ck_int8_panels(level, outputs)
      team.divide((panels + 1) / 2) { part, _ in
        ck_int8_linear_panels(
          level, rows, inputs, weights.base, outputs, epilogue, residual, codes, part * 2, min(panels, part * 2 + 2),
          output)
      }
    }
  }
}
