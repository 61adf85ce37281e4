import CKernels
import Foundation
import Testing

@testable import Embedding

/// The whole embedder over tiny weights, against the plain forward pass of `TinyModel`.
struct TransformerEmbedderTests {
  let folder: TemporaryFolder
  let model = TinyModel()

  init() throws { folder = try TemporaryFolder() }

  static let texts = ["a b c", "p", "", "o n m l k j i h g f e d c b a", "a a a a", "b c d e f g h"]

  private func expectReference(_ matrix: EmbeddingMatrix, _ model: TinyModel, _ texts: [String]) {
    #expect(matrix.rows == texts.count)
    for (row, text) in texts.enumerated() {
      let expected = model.vector(model.ids(text))
      for (a, b) in zip(matrix.row(row), expected) { #expect(abs(a - b) < 1e-5, "text \(text)") }
    }
  }

  @Test(arguments: [MatrixPath.openBLAS] + KernelTests.sets)
  func `vectors equal a plain forward pass`(path: MatrixPath) async throws {
    try model.write(to: folder)
    let embedder = try TransformerEmbedder(modelFolder: folder.path + "/", threads: 2, path: path)
    #expect(embedder.dimension == 20)
    #expect(embedder.maximumTokens == 40)
    #expect(folder.path.hasSuffix(embedder.modelID))
    expectReference(try await embedder.embed(Self.texts), model, Self.texts)
  }

  @Test(arguments: [SafetensorsBuilder.Element.float32, .float16, .bfloat16])
  func `prefixed names, old norm names and half types give the same vectors`(
    element: SafetensorsBuilder.Element
  ) async throws {
    // Multiples of 1/128 below 2 fit bfloat16's eight bits of significand.
    var model = model
    for (name, tensor) in model.weights {
      model.weights[name] = (tensor.shape, tensor.values.map { ($0 * 64).rounded() / 64 })
    }
    try model.write(to: folder, as: element) { name in
      "bert."
        + name.replacing("LayerNorm.weight", with: "LayerNorm.gamma").replacing(
          "LayerNorm.bias", with: "LayerNorm.beta")
    }
    let embedder = try TransformerEmbedder(modelFolder: folder.path, threads: 1)
    expectReference(try await embedder.embed(Self.texts), model, Self.texts)
  }

  @Test func `many texts keep their order and do not touch each other`() async throws {
    try model.write(to: folder)
    let embedder = try TransformerEmbedder(modelFolder: folder.path, threads: 3)
    var generator = SplitMix(state: 3)
    let letters = "abcdefghijklmnop".map { String($0) }
    let texts = (0..<150).map { _ in
      (0..<Int.random(in: 0...12, using: &generator)).compactMap { _ in letters.randomElement(using: &generator) }
        .joined(separator: " ")
    }
    expectReference(try await embedder.embed(texts), model, texts)
  }

  @Test func `many callers at once each get their own rows`() async throws {
    try model.write(to: folder)
    let embedder = try TransformerEmbedder(modelFolder: folder.path, threads: 2)
    try await withThrowingTaskGroup(of: (String, EmbeddingMatrix).self) { group in
      for text in ["a", "b c", "d e f", "g", "h i j k", "l m", "n o p a"] {
        for _ in 0..<8 { group.addTask { (text, try await embedder.embed([text])) } }
      }
      for try await (text, matrix) in group { expectReference(matrix, model, [text]) }
    }
  }

  @Test func `no texts give no rows`() async throws {
    try model.write(to: folder)
    let matrix = try await TransformerEmbedder(modelFolder: folder.path, threads: 2).embed([])
    #expect(matrix.rows == 0)
    #expect(matrix.dimension == 20)
  }

  @Test func `a text over the limit counts by its beginning`() async throws {
    try model.write(to: folder)
    try folder.write(#"{"max_seq_length": 6, "do_lower_case": false}"#, to: "sentence_bert_config.json")
    // What an exporter left here does not matter.
    try folder.write(#"{"truncation": {"max_length": 3}, "padding": {"strategy": {"Fixed": 3}}}"#, to: "tokenizer.json")
    let embedder = try TransformerEmbedder(modelFolder: folder.path, threads: 1)
    #expect(embedder.maximumTokens == 6)
    let matrix = try await embedder.embed(["a b c d e f g h"])
    #expect(cosine(matrix.row(0), model.vector([2, 5, 6, 7, 8, 3])) > 0.999999)
  }

  @Test func `damaged weights give an error, not a vector of NaN`() async throws {
    var model = model
    model.weights["embeddings.word_embeddings.weight"]?.values[5 * 20] = .nan
    try model.write(to: folder)
    let embedder = try TransformerEmbedder(modelFolder: folder.path, threads: 1)
    let error = await #expect(throws: EmbeddingError.self) { try await embedder.embed(["b", "a"]) }
    #expect(error?.code == .degenerateVector)
    expectReference(try await embedder.embed(["b"]), model, ["b"])
  }

  @Test func `a closed embedder says so`() async throws {
    try model.write(to: folder)
    let embedder = try TransformerEmbedder(modelFolder: folder.path, threads: 1)
    embedder.close()
    embedder.close()
    let error = await #expect(throws: EmbeddingError.self) { try await embedder.embed(["a"]) }
    #expect(error?.code == .closed)
  }

  @Test func `a cancelled caller gets CancellationError`() async throws {
    try model.write(to: folder)
    let embedder = try TransformerEmbedder(modelFolder: folder.path, threads: 1)
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await embedder.embed(["a"])
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
