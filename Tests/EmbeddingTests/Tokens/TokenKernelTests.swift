import CKernels
import Testing

/// Every instruction set's token kernels against plain double-precision arithmetic.
struct TokenKernelTests {
  static let sets = [ck_isa_portable, ck_isa_avx2, ck_isa_avx512].filter { ck_isa_supported($0) }
  static let forms = [ck_token_f32, ck_token_f16, ck_token_residual4]
  static let cases = sets.flatMap { isa in forms.map { (isa, $0) } }

  @Test(arguments: cases, [1, 7, 8, 32, 33, 300])
  func `MaxSim is the sum of each query token's best row`(kind: (isa: ck_isa, form: ck_token_form), tokens: Int) {
    let dim = 64
    let store = TokenStoreSample(form: kind.form, dim: dim, rows: 61, seed: 3)
    let query = TokenStoreSample.random(tokens * dim, seed: 5)
    var packed = [Float](repeating: .nan, count: ck_query_packed_count(kind.isa, tokens, dim))
    ck_query_pack(kind.isa, query, tokens, dim, &packed)
    store.withRows { rows in
      var rows = rows
      // Lengths with every remainder of the tiles, at places that are not the beginning.
      for (first, count) in [(0, 1), (3, 2), (5, 11), (0, 12), (1, 13), (7, 29), (0, 61)] {
        var best = [Float](repeating: .nan, count: tokens)
        ck_maxsim(kind.isa, packed, tokens, &rows, first, count, &best)
        var products = [Float](repeating: .nan, count: tokens * count)
        ck_token_products(kind.isa, packed, tokens, &rows, first, count, &products)
        for token in 0..<tokens {
          let exact = (0..<count).map { store.product(query, token, row: first + $0) }
          #expect(abs(Double(best[token]) - (exact.max() ?? 0)) < 1e-4)
          for row in 0..<count { #expect(abs(Double(products[row * tokens + token]) - exact[row]) < 1e-4) }
        }
      }
    }
  }

  @Test(arguments: sets)
  func `documents are scored wherever they lie, and one without rows has no score`(isa: ck_isa) {
    let dim = 32
    let store = TokenStoreSample(form: ck_token_f16, dim: dim, rows: 20, seed: 8)
    let query = TokenStoreSample.random(3 * dim, seed: 9)
    var packed = [Float](repeating: 0, count: ck_query_packed_count(isa, 3, dim))
    ck_query_pack(isa, query, 3, dim, &packed)
    let starts: [UInt32] = [0, 4, 4, 20]
    var scores = [Float](repeating: 0, count: 3)
    var scratch = [Float](repeating: 0, count: 3)
    store.withRows { rows in
      var rows = rows
      ck_maxsim_documents(isa, packed, 3, &rows, starts, [2, 1, 0], 3, &scratch, &scores)
    }
    func exact(_ range: Range<Int>) -> Double {
      (0..<3).reduce(0) { sum, token in sum + (range.map { store.product(query, token, row: $0) }.max() ?? 0) }
    }
    #expect(abs(Double(scores[0]) - exact(4..<20)) < 1e-4)
    #expect(scores[1] == -.infinity)
    #expect(abs(Double(scores[2]) - exact(0..<4)) < 1e-4)
  }

  @Test(arguments: cases)
  func `rows of a list are scored one by one`(kind: (isa: ck_isa, form: ck_token_form)) {
    let dim = 96
    let store = TokenStoreSample(form: kind.form, dim: dim, rows: 50, seed: 4, centroid: 2)
    let query = TokenStoreSample.random(dim, seed: 6)
    let list: [UInt32] = [49, 0, 17, 17, 3] + (0..<30).map { UInt32($0) }
    var scores = [Float](repeating: .nan, count: list.count)
    let base = Float((0..<dim).reduce(0.0) { $0 + Double(query[$1]) * Double(store.centroids[2 * dim + $1]) })
    store.withRows { rows in
      var rows = rows
      ck_token_scores(kind.isa, query, base, &rows, list, list.count, &scores)
    }
    for (place, row) in list.enumerated() {
      #expect(abs(Double(scores[place]) - store.product(query, 0, row: Int(row))) < 1e-4)
    }
  }

  @Test func `gathering keeps each document's best and leaves no trace`() {
    var best = [Float](repeating: 0, count: 4)
    var gains = [Float](repeating: 0, count: 4)
    let documents: [UInt32] = [0, 2, 2, 3]
    ck_token_gather(documents, [0.5, 0.3, 0.9, 0.1], 4, 0.25, &best)
    ck_token_settle(documents, 4, &best, &gains)
    #expect(gains == [0.25, 0, 0.9 - 0.25, 0])
    #expect(best == [0, 0, 0, 0])
  }

  @Test(arguments: sets, [1, 3, 16, 17, 100])
  func `the largest column is found, the first of equal ones`(isa: ck_isa, width: Int) {
    var values = TokenStoreSample.random(5 * width, seed: 12)
    values[width - 1] = 7
    values[0] = 7
    var places = [UInt32](repeating: 99, count: 5)
    ck_largest_columns(isa, values, 5, width, &places)
    #expect(places[0] == 0)
    for row in 1..<5 {
      let line = values[row * width..<(row + 1) * width]
      #expect(Int(places[row]) == (line.firstIndex(of: line.max() ?? 0) ?? -1) - row * width)
    }
  }

  @Test func `halves are rounded to nearest and widen back`() {
    let values: [Float] = [
      0, -0.0, 1, -2.5, 65504, 65519, 65520, 1e9, -.infinity, 0x1p-24, 0x1.8p-25, 0x1p-26, 6.1e-5, 0.1, 1.0009765625,
      1.00048828125, 1.00146484375,
    ]
    var halves = [UInt16](repeating: 0, count: values.count)
    ck_narrow_f16(values, values.count, &halves)
    var back = [Float](repeating: 0, count: values.count)
    ck_widen_f16(halves, halves.count, &back)
    let expected: [Float] = [
      0, -0.0, 1, -2.5, 65504, 65504, .infinity, .infinity, -.infinity, 0x1p-24, 0x1p-24, 0, 6.097555e-5, 0.099975586,
      1.0009765625, 1, 1.001953125,
    ]
    #expect(back == expected)
    var nothing: UInt16 = 0
    ck_narrow_f16([Float.nan], 1, &nothing)
    #expect(nothing & 0x7C00 == 0x7C00 && nothing & 0x3FF != 0)
  }
}
