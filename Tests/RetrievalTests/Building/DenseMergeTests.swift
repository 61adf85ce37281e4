import Embedding
import Foundation
import RuntimeCells
import Testing

@testable import Indexing
@testable import Retrieval

/// Trees that change a little at a time: the index of the generation before is kept, and answers are those of a new one.
@Suite struct DenseMergeTests {
  typealias Project = DenseArtifactBuilderTests.Project

  static let space = DenseSpace.whole
  static let graph = FaissIndexKind.hnsw(HNSWParameters())
  /// Keeps flat indexes too, whose answers are exact.
  static let always: DenseMergePolicy = {
    var policy = DenseMergePolicy(maximumShare: 10)
    policy.keepsFlat = true
    return policy
  }()

  static func builder(
    _ kind: FaissIndexKind = .flat, _ policy: DenseMergePolicy = always, embedder: any Embedder = WordEmbedder()
  ) -> DenseArtifactBuilder {
    DenseArtifactBuilder(embedder: embedder, kind: kind, merging: policy, batch: 7)
  }

  /// A project of forty files; those in `twins` have the same text.
  static func project() throws -> Project {
    let project = try Project()
    for number in 0..<40 { try project.write("file\(number).txt", text(number)) }
    for folder in ["a", "b", "c", "d"] {
      try FileManager.default.createDirectory(atPath: project.tree + "/" + folder, withIntermediateDirectories: true)
      try project.write("\(folder)/LICENSE.txt", "Permission is granted to copy.\n")
    }
    return project
  }

  static func text(_ number: Int) -> String {
    let words = ["cache", "server", "parser", "token", "thread", "index", "vector", "graph", "merge", "lock"]
    return (0..<6).map { words[(number * (2 * $0 + 1) + $0 * $0) % words.count] + (number % 7 == $0 ? "s" : "") }
      .joined(separator: " ") + "\n"
  }

  static func open(_ generation: Generation) throws -> DenseIndex {
    try DenseIndex.open(space, in: generation.directory, record: generation.manifest.artifact("faiss"))
  }

  /// Every question's answer is that of an index built anew from the same tree.
  static func expectSameAnswers(_ project: Project, _ generation: Generation) async throws {
    let anew = try TemporaryFolder()
    let store = GenerationStore(root: anew.file("index"))
    _ = try await IndexBuilder(store: store, artifacts: [builder()]).run(roots: [project.tree])
    let (kept, fresh) = (try open(generation), try open(#require(try store.current())))
    #expect(kept.count == fresh.count)
    let questions = [
      "cache server", "thread lock vectors", "permission to copy", "graph merge index tokens", "nothing",
    ]
    for question in questions {
      let query = Array(try await WordEmbedder().embed([question]).row(0))
      for k in [1, 3, 10, 100] {
        #expect(try kept.search(query, k: k) == fresh.search(query, k: k), "\(question), \(k)")
      }
    }
  }

  static let files = ["faiss.primary.index", "faiss.fresh.index", "faiss.rows"]

  @Test func `A sequence of edits, additions, removals and moves answers as a new index`() async throws {
    let project = try Self.project()
    let first = try await project.index(with: Self.builder())
    #expect(try Self.open(first).deadCount == 0)
    let steps: [() throws -> Void] = [
      { try project.write("file3.txt", "an edited parser\n") },
      { try project.write("new.txt", "server token server\n") },
      { try FileManager.default.removeItem(atPath: project.tree + "/file11.txt") },
      { try FileManager.default.removeItem(atPath: project.tree + "/b/LICENSE.txt") },
      {
        // The same text under the same name at another place of the tree: the order of rows changes.
        try FileManager.default.createDirectory(atPath: project.tree + "/z", withIntermediateDirectories: true)
        for number in [0, 1, 2] {
          try FileManager.default.moveItem(
            atPath: project.tree + "/file\(number).txt", toPath: project.tree + "/z/file\(number).txt")
        }
      },
      {
        try project.write("file3.txt", Self.text(3))
        try FileManager.default.createDirectory(atPath: project.tree + "/e", withIntermediateDirectories: true)
        try project.write("e/LICENSE.txt", "Permission is granted to copy.\n")
      },
    ]
    for (number, step) in steps.enumerated() {
      try step()
      let generation = try await project.index(with: Self.builder())
      #expect(generation.number == number + 2)
      let record = try #require(generation.manifest.artifact("faiss"))
      #expect(record.files.map(\.path) == Self.files)
      #expect(record.settings["primary_rows"] == String(try Self.open(first).count))
      try generation.verify(.full)
      try await Self.expectSameAnswers(project, generation)
    }
  }

  @Test func `The old graph is the same file, and only what changed is embedded`() async throws {
    let project = try Self.project()
    let first = try await project.index(with: Self.builder(Self.graph, DenseMergePolicy()))
    try project.write("file3.txt", "an edited parser\n")
    let embedder = WordEmbedder()
    let second = try await project.index(with: Self.builder(Self.graph, DenseMergePolicy(), embedder: embedder))
    #expect(embedder.texts.count == 1)
    let (old, new) = (
      try #require(first.manifest.artifact("faiss")?.files.first),
      try #require(second.manifest.artifact("faiss")?.files.first)
    )
    #expect(new.path == "faiss.primary.index")
    #expect(new.sha256 == old.sha256)
    func inode(_ path: String) throws -> Int? {
      try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int
    }
    #expect(try inode(first.directory + "/faiss.index") == inode(second.directory + "/faiss.primary.index"))
    let record = try #require(second.manifest.artifact("faiss"))
    #expect(record.settings["fresh_rows"] == "1")
    #expect(record.settings["dead_rows"] == "1")
    #expect(record.settings["kind"] == "hnsw(16,100)")
    try await Self.expectSameAnswers(project, second)
  }

  @Test func `Beyond the policy's share, or of another kind, a new index is built`() async throws {
    let project = try Self.project()
    _ = try await project.index(with: Self.builder(Self.graph, DenseMergePolicy()))
    for number in 0..<4 { try project.write("file\(number).txt", "edited \(number) times\n") }
    // Four fresh and four dead of 46 and a few.
    let second = try await project.index(with: Self.builder(Self.graph, DenseMergePolicy()))
    #expect(try Self.open(second).freshCount == 4)
    for number in 4..<6 { try project.write("file\(number).txt", "edited \(number) times\n") }
    let third = try await project.index(with: Self.builder(Self.graph, DenseMergePolicy()))
    #expect(third.manifest.artifact("faiss")?.files.map(\.path) == ["faiss.index"])
    try await Self.expectSameAnswers(project, third)
    try project.write("file7.txt", "edited\n")
    let flat = try await project.index(with: Self.builder(.flat, DenseMergePolicy()))
    #expect(flat.manifest.artifact("faiss")?.files.map(\.path) == ["faiss.index"])
    try project.write("file8.txt", "edited\n")
    let again = try await project.index(with: Self.builder(.flat, DenseMergePolicy()))
    #expect(again.manifest.artifact("faiss")?.files.map(\.path) == ["faiss.index"])
    try project.write("file9.txt", "edited\n")
    let never = try await project.index(
      with: Self.builder(Self.graph, DenseMergePolicy(maximumShare: 0)))
    try project.write("file10.txt", "edited\n")
    let off = try await project.index(with: Self.builder(Self.graph, DenseMergePolicy(maximumShare: 0)))
    #expect(off.number == never.number + 1)
    #expect(off.manifest.artifact("faiss")?.files.map(\.path) == ["faiss.index"])
  }

  @Test(arguments: files) func `A part that is damaged or cut off is refused, and the next build replaces it`(
    file: String
  ) async throws {
    for isCut in [true, false] {
      let project = try Self.project()
      _ = try await project.index(with: Self.builder())
      try project.write("file3.txt", "an edited parser\n")
      let second = try await project.index(with: Self.builder())
      let path = second.directory + "/" + file
      var broken = try bytes(of: path)
      if isCut { broken.removeLast(9) } else { broken[broken.count - 40] ^= 0x20 }
      // A new file, as a restored one would be: the primary part is linked to that of the generation before.
      try FileManager.default.removeItem(atPath: path)
      try Data(broken).write(to: URL(fileURLWithPath: path))
      let error = #expect(throws: RetrievalError.self) { try Self.open(second) }
      #expect([.indexTruncated, .indexCorrupt].contains(error?.code))
      #expect(error?.path == path)
      try project.write("file4.txt", "another edit\n")
      let third = try await project.index(with: Self.builder())
      try third.verify(.full)
      try await Self.expectSameAnswers(project, third)
    }
  }

  @Test func `Merging makes one graph without the sources and without the model`() async throws {
    let project = try Self.project()
    _ = try await project.index(with: Self.builder(Self.graph, DenseMergePolicy()))
    try project.write("file3.txt", "an edited parser\n")
    try FileManager.default.removeItem(atPath: project.tree + "/file5.txt")
    let quick = try await project.index(with: Self.builder(Self.graph, DenseMergePolicy()))
    let merger = IndexMerger(store: project.store, mergers: [DenseArtifactMerger()])
    let report = try #require(try await merger.run())
    let merged = try #require(try project.store.current(verifying: .full))
    #expect(report.generation == quick.number + 1)
    #expect(merged.number == quick.number + 1)
    #expect(merged.manifest.sourceDigest == quick.manifest.sourceDigest)
    #expect(merged.manifest.artifacts.map(\.fingerprint) == quick.manifest.artifacts.map(\.fingerprint))
    let record = try #require(merged.manifest.artifact("faiss"))
    #expect(record.files.map(\.path) == ["faiss.index"])
    #expect(record.settings["kind"] == "hnsw(16,100)")
    #expect(record.settings["fresh_rows"] == nil)
    try await Self.expectSameAnswers(project, merged)
    #expect(try await merger.run() == nil)
    // Neither does the next index run have anything to do.
    let builder = IndexBuilder(store: project.store, artifacts: [Self.builder(Self.graph, DenseMergePolicy())])
    #expect(try await builder.run(roots: [project.tree]).reused)
  }

  static let steps: [BuildStep] =
    [.begun, .artifactBuilt("chunks"), .artifactBuilt("faiss")] + PublishStep.allCases.map { .publishing($0) }

  @Test(arguments: steps) func `A merge that fails or is killed at any step leaves a whole index`(
    step: BuildStep
  ) async throws {
    struct Interruption: Error {}
    let project = try Self.project()
    _ = try await project.index(with: Self.builder())
    try project.write("file3.txt", "an edited parser\n")
    let quick = try await project.index(with: Self.builder())
    let copy = project.folder.file("copy")
    var merger = IndexMerger(store: project.store, mergers: [DenseArtifactMerger()])
    merger.reaching = { [root = project.store.root] reached in
      guard reached == step else { return }
      // What a killed process leaves.
      try FileManager.default.copyItem(atPath: root, toPath: copy)
      throw Interruption()
    }
    await #expect(throws: Interruption.self) { try await merger.run() }
    let published = step == .publishing(.currentWritten)
    for store in [project.store, GenerationStore(root: copy)] {
      let served = try #require(try store.current(verifying: .full))
      #expect(served.number == quick.number + (published ? 1 : 0))
      try await Self.expectSameAnswers(project, served)
      let again = try await IndexMerger(store: store, mergers: [DenseArtifactMerger()]).run()
      #expect((again == nil) == published)
      let merged = try #require(try store.current(verifying: .full))
      #expect(merged.manifest.artifact("faiss")?.files.map(\.path) == ["faiss.index"])
    }
  }

  @Test func `A build that is killed beside a kept graph leaves the generation before`() async throws {
    struct Interruption: Error {}
    let project = try Self.project()
    let first = try await project.index(with: Self.builder())
    try project.write("file3.txt", "an edited parser\n")
    for step in [BuildStep.artifactBuilt("faiss")] + PublishStep.allCases.dropLast().map({ .publishing($0) }) {
      var builder = IndexBuilder(store: project.store, artifacts: [Self.builder()])
      builder.reaching = { if $0 == step { throw Interruption() } }
      await #expect(throws: Interruption.self) { try await builder.run(roots: [project.tree]) }
      let served = try #require(try project.store.current(verifying: .full))
      #expect(served.number == first.number)
      #expect(try Self.open(served).count == Self.open(first).count)
    }
    try await Self.expectSameAnswers(project, try await project.index(with: Self.builder()))
  }
}
