import CKernels
import Testing

@testable import Embedding

/// What a team computes part by part is what one thread computes at once, bit for bit.
struct SharedKernelTests {
  static let paths = KernelTests.sets + Int8KernelTests.levels.map { MatrixPath.int8($0) }

  private func random(_ count: Int, seed: UInt64) -> [Float] {
    var generator = SplitMix(state: seed)
    return (0..<count).map { _ in Float(Double(generator.next() >> 11) * 0x1p-53 * 2 - 1) }
  }

  private func storage(_ values: [Float]) -> FloatStorage {
    FloatStorage(count: values.count) { target in for (i, value) in values.enumerated() { target[i] = value } }
  }

  /// A team whose leader takes every part itself, one after another.
  private var alone: WorkTeam { WorkTeam(size: 3) { _ in } }

  @Test(arguments: paths, KernelTests.sizes + [(25, 384, 96), (193, 70, 33)])
  func `a linear layer`(path: MatrixPath, size: (Int, Int, Int)) {
    let (rows, outputs, inputs) = size
    let x = random(rows * inputs, seed: 1)
    let residual = random(rows * outputs, seed: 4)
    let layer = LinearLayer(
      [(storage(random(outputs * inputs, seed: 2)), storage(random(outputs, seed: 3)))], inputs: inputs, path: path)
    var codes = [UInt8](repeating: 0, count: max(1, LinearLayer.codeBytes(inputs: inputs, path: path)))
    for epilogue in [ck_epilogue_none, ck_epilogue_gelu, ck_epilogue_residual] {
      var whole = [Float](repeating: .nan, count: rows * outputs)
      var shared = whole
      layer.apply(x, rows: rows, epilogue: epilogue, residual: residual, codes: &codes, into: &whole)
      layer.apply(x, rows: rows, epilogue: epilogue, residual: residual, codes: &codes, team: alone, into: &shared)
      let (left, right) = (whole.map { $0.bitPattern }, shared.map { $0.bitPattern })
      #expect(whole.allSatisfy { $0.isFinite })
      #expect(left == right, "\(epilogue)")
    }
  }

  @Test(arguments: KernelTests.sets, [(1, 1, 1), (3, 2, 5), (13, 4, 32), (33, 3, 16)])
  func attention(path: MatrixPath, size: (Int, Int, Int)) {
    let (length, heads, head) = size
    let qkv = random(length * 3 * heads * head, seed: 8)
    var whole = [Float](repeating: .nan, count: length * heads * head)
    var shared = whole
    var scratch = [Float](repeating: .nan, count: ck_attention_scratch(path.isa, length, head))
    ck_attention(path.isa, qkv, length, heads, head, 0.3, &scratch, &whole)
    for h in (0..<heads).reversed() {
      ck_attention_heads(path.isa, qkv, length, heads, head, 0.3, h, h + 1, &scratch, &shared)
    }
    let (left, right) = (whole.map { $0.bitPattern }, shared.map { $0.bitPattern })
    #expect(whole.allSatisfy { $0.isFinite })
    #expect(left == right)
  }

  @Test(arguments: paths + [.openBLAS])
  func `vectors of an embedder of several threads, of one and of many texts`(path: MatrixPath) async throws {
    let folder = try TemporaryFolder()
    try TinyModel().write(to: folder)
    let one = try TransformerEmbedder(modelFolder: folder.path, threads: 1, path: path)
    let three = try TransformerEmbedder(modelFolder: folder.path, threads: 3, path: path)
    var lists = TransformerEmbedderTests.texts.map { [$0] }
    // Many texts make other batches for three threads than for one, and OpenBLAS rounds by a matrix's height.
    if path != .openBLAS { lists.append(TransformerEmbedderTests.texts) }
    for texts in lists {
      let expected = try await one.embed(texts).values
      // Helpers come or do not come; the result must not tell.
      for _ in 0..<20 { #expect(try await three.embed(texts).values == expected) }
    }
  }
}
