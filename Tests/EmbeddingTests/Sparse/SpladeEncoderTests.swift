import Foundation
import Testing

@testable import Embedding

/// The real learned sparse model against the vectors of scripts/reference/splade.py.
@Suite(.enabled(if: SpladeUnderTest.isPresent, "\(SpladeUnderTest.hint)"))
struct SpladeEncoderTests {
  struct Reference: Decodable {
    let number: Int
    let terms: [Int32]
    let weights: [Float]
  }

  private static func references() throws -> [Reference] {
    let file = ReferenceFixture.folder.deletingLastPathComponent().appendingPathComponent("splade/vectors.jsonl")
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
      try JSONDecoder().decode(Reference.self, from: Data($0.utf8))
    }
  }

  @Test func `every weight is within a thousandth of the reference`() async throws {
    let encoder = try SpladeEncoder(modelFolder: SpladeUnderTest.folder, threads: 2)
    defer { encoder.close() }
    #expect(encoder.modelID == "splade-tiny")
    #expect(encoder.vocabularyCount == 30_522)
    #expect(encoder.maximumTokens == 256)
    let references = try Self.references()
    try #require(references.count == 25)
    let fixture = try ReferenceFixture()
    // All in one call: a text's vector must not depend on its neighbours in a batch.
    let vectors = try await encoder.encode(references.map { fixture.texts[$0.number].text })
    var worst: Float = 0
    for (reference, vector) in zip(references, vectors) {
      #expect(zip(vector.terms, vector.terms.dropFirst()).allSatisfy { $0 < $1 })
      let found = Dictionary(uniqueKeysWithValues: zip(vector.terms, vector.weights))
      let wanted = Dictionary(uniqueKeysWithValues: zip(reference.terms, reference.weights))
      for term in Set(found.keys).union(wanted.keys) {
        let (left, right) = (found[term] ?? 0, wanted[term] ?? 0)
        // What is below the smallest stored impact may be missing on one side.
        if left == 0, right < 1 / 100 { continue }
        worst = max(worst, abs(left - right))
        #expect(abs(left - right) < 1e-3, "text \(reference.number), term \(term): \(left), \(right)")
      }
    }
    // Other vectors must not pass: the check would notice a shifted order.
    #expect(Set(vectors[1].terms) != Set(references[2].terms))
    print("splade: worst difference \(worst)")
  }

  @Test func `a long text is read up to the limit`() async throws {
    let encoder = try SpladeEncoder(modelFolder: SpladeUnderTest.folder, threads: 1)
    defer { encoder.close() }
    let long = String(repeating: "word ", count: 300)
    #expect(encoder.exceedsLimit(long))
    #expect(!encoder.exceedsLimit("word"))
    #expect(try await encoder.encode([long, long + "elephant"]).count == 2)
    let vectors = try await encoder.encode([long, long + "elephant"])
    #expect(vectors[0] == vectors[1])
    #expect(try await encoder.encode([]).isEmpty)
  }

  @Test func `a dense model has no head, which is told by tensor`() throws {
    try #require(ModelUnderTest.isPresent)
    let error = #expect(throws: EmbeddingError.self) {
      try SpladeEncoder(modelFolder: ModelUnderTest.folder, threads: 1)
    }
    #expect(error?.code == .missingTensor)
    #expect(error?.tensor == "cls.predictions.transform.dense.weight")
  }
}

/// Where the learned sparse model lies, if it does.
enum SpladeUnderTest {
  static let folder: String = {
    let environment = ProcessInfo.processInfo.environment
    if let folder = environment["CODEINTEL_SPLADE_MODEL_DIR"], !folder.isEmpty { return folder }
    let cache =
      environment["XDG_CACHE_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? (environment["HOME"] ?? "") + "/.cache"
    return cache + "/runtime-cells/models/splade-tiny"
  }()

  static let isPresent = FileManager.default.fileExists(atPath: folder + "/model.safetensors")
  static let hint = "the model is not in \(folder): run scripts/model splade"
}
