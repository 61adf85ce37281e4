import CKernels

/// Random token rows of one form, with what each row is when it is written out.
struct TokenStoreSample {
  let form: ck_token_form
  let dim: Int
  let exact: [Float]
  var halves: [UInt16] = []
  var nibbles: [UInt8] = []
  var codes: [UInt16] = []
  var centroids: [Float] = []
  let levels: [Float] = (0..<16).map { Float($0 - 8) / 40 + 0.01 }

  init(form: ck_token_form, dim: Int, rows: Int, seed: UInt64, centroid: UInt16? = nil) {
    self.form = form
    self.dim = dim
    var values = Self.random(rows * dim, seed: seed)
    centroids = Self.random(5 * dim, seed: seed + 100)
    if form == ck_token_f16 {
      halves = [UInt16](repeating: 0, count: values.count)
      ck_narrow_f16(values, values.count, &halves)
      ck_widen_f16(halves, halves.count, &values)
    } else if form == ck_token_residual4 {
      var generator = SplitMix(state: seed + 200)
      codes = (0..<rows).map { centroid ?? UInt16($0 % 5) }
      nibbles = (0..<rows * dim / 2).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
      for row in 0..<rows {
        for i in 0..<dim / 2 {
          let byte = nibbles[row * dim / 2 + i]
          let base = Int(codes[row]) * dim
          values[row * dim + i] = centroids[base + i] + levels[Int(byte & 15)]
          values[row * dim + dim / 2 + i] = centroids[base + dim / 2 + i] + levels[Int(byte >> 4)]
        }
      }
    }
    exact = values
  }

  static func random(_ count: Int, seed: UInt64) -> [Float] {
    var generator = SplitMix(state: seed)
    return (0..<count).map { _ in Float(Double(generator.next() >> 11) * 0x1p-53 * 2 - 1) }
  }

  func product(_ query: [Float], _ token: Int, row: Int) -> Double {
    (0..<dim).reduce(0) { $0 + Double(query[token * dim + $1]) * Double(exact[row * dim + $1]) }
  }

  func withRows(_ body: (ck_token_rows) -> Void) {
    func bytes<T>(_ values: [T], _ body: (UnsafePointer<T>?) -> Void) {
      values.withUnsafeBufferPointer { body($0.baseAddress) }
    }
    bytes(exact) { floats in
      bytes(halves) { halves in
        bytes(nibbles) { nibbles in
          bytes(codes) { codes in
            bytes(centroids) { centroids in
              bytes(levels) { levels in
                let rows: UnsafeRawPointer? =
                  form == ck_token_f32 ? .init(floats) : form == ck_token_f16 ? .init(halves) : .init(nibbles)
                body(
                  ck_token_rows(
                    form: form, dim: dim, rows: rows, codes: codes, centroids: centroids, levels: levels))
              }
            }
          }
        }
      }
    }
  }
}
