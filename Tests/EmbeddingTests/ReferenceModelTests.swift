import CKernels
import Testing

@testable import Embedding

/// The real model against the vectors and ids that the reference libraries gave (scripts/reference-vectors).
@Suite(.enabled(if: ModelUnderTest.isPresent, "\(ModelUnderTest.hint)"))
struct ReferenceModelTests {
  let fixture: ReferenceFixture

  init() throws {
    fixture = try ReferenceFixture()
    try #require(fixture.texts.count == 200)
    try #require(fixture.vectors.allSatisfy { $0.count == 384 })
  }

  @Test func `token ids equal the reference on every text`() throws {
    let tokenizer = try BertTokenizer(vocabularyPath: ModelUnderTest.folder + "/vocab.txt")
    for text in fixture.texts {
      #expect(tokenizer.encode(text.text, maximumTokens: 256) == text.ids, "text \(text.number), \(text.kind)")
    }
  }

  static let paths =
    [MatrixPath.openBLAS]
    + [ck_isa_portable, ck_isa_avx2, ck_isa_avx512]
    .filter { ck_isa_supported($0) }.map { MatrixPath.kernels($0) }

  @Test(arguments: paths)
  func `cosine to the reference is at least 0.9999 on every text`(path: MatrixPath) async throws {
    let embedder = try TransformerEmbedder(modelFolder: ModelUnderTest.folder, threads: 2, path: path)
    defer { embedder.close() }
    #expect(embedder.dimension == 384)
    #expect(embedder.maximumTokens == 256)
    #expect(embedder.modelID == "all-MiniLM-L6-v2")
    // The path that users get reads every text; the slower ones read a fifth of them, of every kind.
    let texts = path == .best ? fixture.texts : fixture.texts.filter { $0.number.isMultiple(of: 5) }
    let matrix = try await embedder.embed(texts.map(\.text))
    try #require(matrix.rows == texts.count)
    try #require(texts.count == 200 || path != .best)
    var worst = 1.0
    for (row, text) in texts.enumerated() {
      let similarity = cosine(matrix.row(row), fixture.vectors[text.number])
      worst = min(worst, similarity)
      #expect(similarity >= 0.9999, "text \(text.number), \(text.kind)")
      let length = matrix.row(row).reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      #expect(abs(length - 1) < 1e-5, "text \(text.number)")
    }
    // Other vectors must not pass: the check would notice a shifted order.
    #expect(cosine(matrix.row(7), fixture.vectors[texts[8].number]) < 0.9)
    print("\(path): worst cosine \(worst)")
  }

  @Test(arguments: Int8KernelTests.levels)
  func `with int8 the cosine to the reference is at least 0.99 on every text`(level: ck_int8) async throws {
    let embedder = try TransformerEmbedder(modelFolder: ModelUnderTest.folder, threads: 2, path: .int8(level))
    defer { embedder.close() }
    #expect(embedder.modelID == "all-MiniLM-L6-v2+int8")
    let texts = level == ck_int8_best() ? fixture.texts : fixture.texts.filter { $0.number.isMultiple(of: 10) }
    let matrix = try await embedder.embed(texts.map(\.text))
    try #require(matrix.rows == texts.count)
    var similarities: [Double] = []
    for (row, text) in texts.enumerated() {
      let similarity = cosine(matrix.row(row), fixture.vectors[text.number])
      similarities.append(similarity)
      #expect(similarity >= 0.99, "text \(text.number), \(text.kind)")
    }
    let worst = similarities.min() ?? 0
    // It computes with eight bits indeed, and not by the float path under another name.
    #expect(worst < 0.9999999)
    print(
      "\(MatrixPath.int8(level)): worst cosine \(worst), mean \(similarities.reduce(0, +) / Double(texts.count))")
  }
}
