import Foundation
import Testing

@testable import Indexing
@testable import Retrieval

/// Whether a dense index is the one that its generation was published with.
struct DenseRecordTests {
  private static func builder(_ kind: FaissIndexKind) -> DenseArtifactBuilder {
    DenseMergeTests.builder(kind, DenseMergePolicy(), embedder: WordEmbedder())
  }

  @Test func `An index of another kind than the generation says names both`() async throws {
    let project = try DenseMergeTests.project()
    let coded = try await project.index(with: Self.builder(.ivfSQ8))
    let written = try #require(coded.manifest.artifact("faiss"))
    let record = ArtifactRecord(
      channel: "faiss", fingerprint: written.fingerprint, files: written.files,
      settings: written.settings.merging(["kind": "flat"]) { _, new in new }, model: written.model)
    let error = #expect(throws: RetrievalError.self) {
      try DenseIndex.open(.whole, in: coded.directory, record: record)
    }
    #expect(error?.code == .elementTypeMismatch)
    #expect(error?.expected == "flat" && error?.actual == "ivf-sq8")
    #expect(error?.path == coded.directory + "/faiss.index")
  }

  @Test func `A sound file of the same shape from elsewhere is not this generation's`() async throws {
    let project = try DenseMergeTests.project()
    let generation = try await project.index(with: Self.builder(.flat))
    let record = try #require(generation.manifest.artifact("faiss"))
    let path = generation.directory + "/faiss.index"
    let own = try FaissIndex.open(path: path)
    let other = try FaissIndexBuilder(dimension: own.dimension, kind: .flat)
    try other.add((0..<own.count).reversed().flatMap { try DenseIndex(own).vector(of: Int64($0)) })
    let stranger = try other.finish(threads: 1)
    let checksum = try stranger.save(to: path)
    let error = #expect(throws: RetrievalError.self) {
      try DenseIndex.open(.whole, in: generation.directory, record: record)
    }
    #expect(error?.code == .indexCorrupt && error?.path == path)
    #expect(error?.expected == record.settings["checksum"])
    #expect(error?.actual == String(checksum, radix: 16))
  }

  @Test func `Sound parts of another generation are not this one's, though both kept the same large part`() async throws
  {
    let project = try DenseMergeTests.project()
    _ = try await project.index(with: Self.builder(.ivfSQ8))
    try project.write("file3.txt", "an edited parser\n")
    let second = try await project.index(with: Self.builder(.ivfSQ8))
    let record = try #require(second.manifest.artifact("faiss"))
    #expect(record.files.count > 1)
    #expect(record.settings["checksum"] == String(try DenseMergeTests.open(second).checksum, radix: 16))
    try project.write("file3.txt", "an edited lexer\n")
    let third = try await project.index(with: Self.builder(.ivfSQ8))
    #expect(try DenseMergeTests.open(third).count == DenseMergeTests.open(second).count)
    let folder = try TemporaryFolder()
    let files = FileManager.default
    for file in try #require(third.manifest.artifact("faiss")).files {
      try files.copyItem(atPath: third.directory + "/" + file.path, toPath: folder.file(file.path))
    }
    let error = #expect(throws: RetrievalError.self) {
      try DenseIndex.open(.whole, in: folder.path, record: record)
    }
    #expect(error?.code == .indexCorrupt && error?.expected == record.settings["checksum"])
  }

  @Test func `A merged index is known by its one file`() async throws {
    let project = try DenseMergeTests.project()
    _ = try await project.index(with: Self.builder(.ivfSQ8))
    try project.write("file3.txt", "an edited parser\n")
    let parts = try await project.index(with: Self.builder(.ivfSQ8))
    let record = try #require(parts.manifest.artifact("faiss"))
    let folder = try TemporaryFolder()
    let merged = try await DenseArtifactMerger().merge(
      record, of: parts, into: folder.path, progress: SilentProgress())
    let index = try DenseIndex.open(.whole, in: folder.path, record: merged)
    #expect(merged.settings["checksum"] == String(index.primary.checksum, radix: 16))
    #expect(merged.settings["checksum"] != record.settings["checksum"])
  }

  @Test func `A record of an older program, without a checksum, opens`() async throws {
    let project = try DenseMergeTests.project()
    let generation = try await project.index(with: Self.builder(.flat))
    let written = try #require(generation.manifest.artifact("faiss"))
    let record = ArtifactRecord(
      channel: "faiss", fingerprint: written.fingerprint, files: written.files,
      settings: written.settings.filter { $0.key != "checksum" }, model: written.model)
    #expect(try DenseIndex.open(.whole, in: generation.directory, record: record).count == generation.manifest.chunks)
  }
}
