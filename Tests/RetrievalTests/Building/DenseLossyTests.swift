import Embedding
import Foundation
import Testing

@testable import Indexing
@testable import Retrieval

/// Generations whose dense index gave the vectors up for codes.
@Suite struct DenseLossyTests {
  private static func builder(_ kind: FaissIndexKind, _ embedder: any Embedder = WordEmbedder()) -> DenseArtifactBuilder
  {
    DenseMergeTests.builder(kind, DenseMergePolicy(), embedder: embedder)
  }

  @Test(arguments: [FaissIndexKind.ivfSQ8, .ivfPQ])
  func `Lists are kept beside fresh vectors, and only what changed is embedded`(kind: FaissIndexKind) async throws {
    let project = try DenseMergeTests.project()
    _ = try await project.index(with: Self.builder(kind))
    try project.write("file3.txt", "an edited parser\n")
    let embedder = WordEmbedder()
    let second = try await project.index(with: Self.builder(kind, embedder))
    #expect(embedder.texts.count == 1)
    let record = try #require(second.manifest.artifact("faiss"))
    #expect(record.files.map(\.path) == DenseMergeTests.files)
    #expect(record.settings["kind"] == kind.parameterText)
    for isMapped in [false, true] {
      let index = try DenseIndex.open(.whole, in: second.directory, record: record, isMapped: isMapped)
      #expect(index.isMapped == isMapped && index.freshCount == 1 && index.deadCount == 1)
      let query = Array(try await WordEmbedder().embed(["an edited parser"]).row(0))
      #expect(try index.search(query, k: 1).count == 1)
      let estimate = try #require(DenseIndex.estimatedBytes(record, isMapped: isMapped))
      // So few rows that a list's head counts for more than its rows: a quarter, not a tenth.
      #expect(abs(estimate - index.memoryBytes) < index.memoryBytes / 4, "\(estimate) against \(index.memoryBytes)")
    }
  }

  @Test func `Codes are made of codes, but an exact index is never made of them`() async throws {
    let project = try DenseMergeTests.project()
    let first = try await project.index(with: Self.builder(.flat))
    let embedder = WordEmbedder()
    try project.write("file1.txt", "one edit\n")
    _ = try await project.index(with: Self.builder(.ivfSQ8, embedder))
    #expect(embedder.texts.count == 1)
    try project.write("file2.txt", "another edit\n")
    let exact = try await project.index(with: Self.builder(.flat, embedder))
    #expect(exact.manifest.artifact("faiss")?.settings["reused"] == "0")
    #expect(try DenseMergeTests.open(exact).count == DenseMergeTests.open(first).count)
    try await DenseMergeTests.expectSameAnswers(project, exact)
  }

  /// Their error would add up, so what they stand for is used as it lies there or not at all.
  @Test func `Product codes are kept or left, never coded again`() async throws {
    let project = try DenseMergeTests.project()
    let first = try await project.index(with: Self.builder(.ivfPQ))
    let texts = try DenseMergeTests.open(first).count
    // Too much for a kept index: a third of the files.
    for number in 0..<13 { try project.write("file\(number).txt", "edit \(number)\n") }
    let embedder = WordEmbedder()
    let second = try await project.index(with: Self.builder(.ivfPQ, embedder))
    let record = try #require(second.manifest.artifact("faiss"))
    #expect(record.settings["reused"] == "0" && record.settings["kind"] == "ivf-pq")
    #expect(record.files.map(\.path) == ["faiss.index"])
    // Every different text, and those that were new twice at most: once before it was known that the index is left.
    #expect(Set(embedder.texts).count > texts / 2)

    // Files that go make a kept index worse too, which is known at the end only.
    for number in 20..<40 { try FileManager.default.removeItem(atPath: project.tree + "/file\(number).txt") }
    let third = try await project.index(with: Self.builder(.ivfPQ))
    #expect(third.manifest.artifact("faiss")?.settings["reused"] == "0")
    #expect(try DenseMergeTests.open(third).count < texts)

    let other = WordEmbedder()
    try project.write("file2.txt", "another edit\n")
    let scalar = try await project.index(with: Self.builder(.ivfSQ8, other))
    #expect(scalar.manifest.artifact("faiss")?.settings["reused"] == "0")
    let coded = try await project.index(with: Self.builder(.ivfPQ))
    #expect(coded.manifest.artifact("faiss")?.settings["reused"] != "0")
  }

  @Test func `A merge leaves an index of product codes in its parts`() async throws {
    let project = try DenseMergeTests.project()
    _ = try await project.index(with: Self.builder(.ivfPQ))
    try project.write("file3.txt", "an edited parser\n")
    let second = try await project.index(with: Self.builder(.ivfPQ))
    let record = try #require(second.manifest.artifact("faiss"))
    #expect(record.files.map(\.path) == DenseMergeTests.files)
    #expect(!DenseArtifactMerger().isMergeable(record))
    let scalar = try await project.index(with: Self.builder(.ivfSQ8))
    #expect(!DenseArtifactMerger().isMergeable(try #require(scalar.manifest.artifact("faiss"))))
    try project.write("file4.txt", "an edited parser too\n")
    let kept = try await project.index(with: Self.builder(.ivfSQ8))
    #expect(DenseArtifactMerger().isMergeable(try #require(kept.manifest.artifact("faiss"))))
  }
}
