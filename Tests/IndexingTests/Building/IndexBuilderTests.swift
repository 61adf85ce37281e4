import Foundation
import Testing

@testable import Indexing

struct IndexBuilderTests {
  private let directory: TemporaryDirectory
  private let store: GenerationStore

  init() throws {
    directory = try TemporaryDirectory()
    store = GenerationStore(root: directory.sub("index"))
    try directory.write("src/a.swift", "struct A {\n  func run() {\n    print(1)\n  }\n}\n")
    try directory.write("src/b.py", "def top():\n    return 2\n")
    try directory.write("src/notes.txt", "graceful shutdown\n")
    try directory.write("src/bad.swift", [0xFF, 0xFE, 0x41])
    try directory.write("src/bin.dat", [0, 1, 2])
  }

  private var source: String { directory.sub("src") }

  private func chunks() async throws -> [Chunk] {
    let chunks = try #require(try store.current(verifying: .full)).openChunks()
    var all: [Chunk] = []
    try await chunks.forEachBatch { all += $0 }
    return all
  }

  @Test func tree_indexed_chunksInWalkOrderWithDenseRows() async throws {
    let progress = RecordingProgress()
    let report = try await IndexBuilder(store: store).run(roots: [source], progress: progress)
    #expect(report.generation == 1 && !report.reused)
    #expect(report.files == 3)
    #expect(report.chunks == 4)
    #expect(report.chunksByLanguage == ["swift": 2, "python": 1, "text": 1])
    #expect(report.skipped[.invalidUTF8] == 1 && report.skipped[.binary] == 1)
    #expect(report.skipped.examples[.invalidUTF8] == ["bad.swift"])
    #expect(report.stages.map(\.name) == ["walk", "chunk", "store", "publish"])
    let chunks = try await chunks()
    #expect(chunks.map(\.row) == [0, 1, 2, 3])
    #expect(chunks.map(\.path) == ["a.swift", "a.swift", "b.py", "notes.txt"])
    #expect(chunks.map(\.symbol) == ["A", "A.run()", "top()", nil])
    #expect(progress.stages.contains { $0.name == "chunk" && $0.done == 5 && $0.total == 5 })
  }

  @Test func unchangedTree_indexedAgain_nothingBuilt() async throws {
    let artifact = CountingArtifact()
    let builder = IndexBuilder(store: store, artifacts: [artifact])
    _ = try await builder.run(roots: [source])
    let again = try await builder.run(roots: [source])
    #expect(again.reused && again.generation == 1)
    #expect(again.chunks == 4)
    #expect(artifact.builds == 1)
    #expect(store.available() == [1])
    #expect(try FileSystem.entries(of: store.generationsDirectory).count == 1)
  }

  @Test func anyChange_indexedAgain_builtAnew() async throws {
    let first = CountingArtifact()
    _ = try await IndexBuilder(store: store, artifacts: [first]).run(roots: [source])
    try directory.write("src/c.swift", "let c = 1\n")
    var builder = IndexBuilder(store: store, artifacts: [first])
    #expect(try await builder.run(roots: [source]).generation == 2)
    // All four unchanged chunks could have been taken over.
    #expect(first.reusable == [0, 4])
    try directory.remove("src/c.swift")
    #expect(try await builder.run(roots: [source]).generation == 3)
    let other = CountingArtifact(fingerprint: "v2")
    builder = IndexBuilder(store: store, artifacts: [other])
    #expect(try await builder.run(roots: [source]).generation == 4)
    var settings = IndexSettings()
    settings.chunking.maximumLines = 30
    builder = IndexBuilder(store: store, settings: settings, artifacts: [other])
    #expect(try await builder.run(roots: [source]).generation == 5)
    builder = IndexBuilder(store: store, settings: settings)
    #expect(try await builder.run(roots: [source]).generation == 6)
    #expect(try await builder.run(roots: [source]).reused)
    #expect(store.available() == [5, 6])
  }

  @Test func otherChannelsOrSettings_indexedAgain_saidSo() async throws {
    let counting = CountingArtifact(fingerprint: "kind=flat model=m format=1")
    let other = CountingArtifact(channel: "other")
    let first = try await IndexBuilder(store: store, artifacts: [counting, other]).run(roots: [source])
    #expect(first.changes == [])
    let changed = CountingArtifact(fingerprint: "kind=auto model=m 2")
    let second = try await IndexBuilder(store: store, artifacts: [changed]).run(roots: [source])
    #expect(
      second.changes == [
        "counting is built by other settings than before: format none (was 1), kind auto (was flat), model m 2 (was m)",
        "the channel other was not built this time and is gone: name it in --channels or index.channels to have it again",
      ])
    try directory.write("src/c.swift", "let c = 1\n")
    let third = try await IndexBuilder(store: store, artifacts: [changed, other]).run(roots: [source])
    #expect(third.changes == [])
  }

  @Test func severalRoots_indexed_pathsBeginWithTheRoot() async throws {
    try directory.write("x/src/z.swift", "let z = 1\n")
    try directory.write("other/y.swift", "let y = 1\n")
    let roots = [source, directory.sub("x/src"), directory.sub("other")]
    _ = try await IndexBuilder(store: store).run(roots: roots)
    let paths = Set(try await chunks().map(\.path))
    let name = Paths.lastComponent(of: directory.path)
    #expect(paths.isSuperset(of: ["\(name)/src/a.swift", "x/src/z.swift", "other/y.swift"]))
  }

  @Test func nestedOrRepeatedRoots_indexed_typedError() async throws {
    for roots in [[directory.path, source], [source, source + "/"]] {
      let error = await #expect(throws: IndexingError.self) { try await IndexBuilder(store: store).run(roots: roots) }
      #expect(error?.code == .overlappingRoots)
    }
  }

  @Test func indexInsideItsOwnSource_indexedTwice_neverIndexesItself() async throws {
    let inside = GenerationStore(root: directory.sub("src/.index"))
    let builder = IndexBuilder(store: inside)
    #expect(try await builder.run(roots: [source]).files == 3)
    #expect(try await builder.run(roots: [source]).reused)
  }

  @Test func missingDirectory_indexed_typedErrorAndNoIndexMade() async throws {
    let error = await #expect(throws: IndexingError.self) {
      try await IndexBuilder(store: store).run(roots: [directory.sub("none")])
    }
    #expect(error?.code == .missingDirectory)
    #expect(!FileSystem.exists(store.root))
    let none = await #expect(throws: IndexingError.self) { try await IndexBuilder(store: store).run(roots: []) }
    #expect(none?.code == .missingDirectory)
  }

  @Test func directoryWithNothingToIndex_indexed_typedErrorThatCountsAndOldServed() async throws {
    _ = try await IndexBuilder(store: store).run(roots: [source])
    try directory.makeDirectory("empty")
    try directory.write("binary/a.dat", [0])
    for (root, actual) in [("empty", "no file"), ("binary", "skipped binary: 1")] {
      let error = await #expect(throws: IndexingError.self) {
        try await IndexBuilder(store: store).run(roots: [directory.sub(root)])
      }
      #expect(error?.code == .nothingToIndex)
      #expect(error?.actual == actual)
    }
    #expect(try store.current(verifying: .full)?.number == 1)
  }

  @Test func unreadableFile_indexed_countedAndTheRestIndexed() async throws {
    var builder = IndexBuilder(store: store)
    builder.content = { path, limit in
      if path.hasSuffix("a.swift") { throw SystemCallFailure("open", path, number: EACCES) }
      return try FileSystem.read(path, limit: limit)
    }
    let report = try await builder.run(roots: [source])
    #expect(report.skipped.examples[.unreadable] == ["a.swift"])
    #expect(report.files == 2)
    #expect(try await builder.run(roots: [source]).reused)
  }

  @Test func secondIndexer_whileOneRuns_refused() async throws {
    let draft = try store.beginDraft()
    let error = await #expect(throws: IndexingError.self) { try await IndexBuilder(store: store).run(roots: [source]) }
    #expect(error?.code == .locked)
    draft.abandon()
    #expect(try await IndexBuilder(store: store).run(roots: [source]).generation == 1)
  }

  @Test func damagedServedGeneration_indexedAgain_rebuiltAndSaidSo() async throws {
    _ = try await IndexBuilder(store: store).run(roots: [source])
    try directory.write("index/generations/1/manifest.json", "{")
    let report = try await IndexBuilder(store: store).run(roots: [source])
    #expect(!report.reused && report.generation == 2)
    #expect(report.limits.contains { $0.contains("manifest") })
    #expect(try store.current(verifying: .full)?.number == 2)
    #expect(report.limits.contains { $0.contains("were not compared") } && report.changes == [])
  }

  /// The advice after damage is to index again: a run without the channels of before must not take them away in silence.
  @Test func damagedFileOfAChannel_indexedWithoutTheChannel_saidSo() async throws {
    let (counting, other) = (CountingArtifact(), CountingArtifact(channel: "other"))
    _ = try await IndexBuilder(store: store, artifacts: [counting, other]).run(roots: [source])
    try directory.write("index/generations/1/other.txt", "x")
    let report = try await IndexBuilder(store: store, artifacts: [counting]).run(roots: [source])
    #expect(
      !report.reused && report.changes.count == 1 && report.changes[0].hasPrefix("the channel other was not built"))
    #expect(report.limits.contains { $0.contains("other.txt") && !$0.contains("compared") })
    // It is a fact about this run, not about the generation that it made.
    #expect(try store.current()?.manifest.limits == [])
    let again = try await IndexBuilder(store: store, artifacts: [counting]).run(roots: [source])
    #expect(again.reused && again.limits == [])
  }

  @Test func everyStage_told_beginsBeforeItsFirstUnitIsDone() async throws {
    let progress = RecordingProgress()
    _ = try await IndexBuilder(store: store).run(roots: [source], progress: progress)
    try directory.write("src/c.swift", "let c = 1\n")
    _ = try await IndexBuilder(store: store).run(roots: [source], progress: progress)
    var begun = ""
    for stage in progress.stages where stage.name != begun {
      #expect(stage.done == 0, "\(stage.name) is told late, so that its time counts for \(begun)")
      begun = stage.name
    }
    #expect(Set(progress.stages.map(\.name)) == ["walk", "compare", "chunk", "store", "publish"])
  }

  @Test func missingCtags_indexed_limitInReportAndManifest() async throws {
    var builder = IndexBuilder(store: store)
    builder.ctagsExecutable = "/no/such/ctags"
    let report = try await builder.run(roots: [source])
    #expect(report.limits.count == 1)
    #expect(try store.current()?.manifest.limits == report.limits)
    // Once ctags is there, the same sources are worth another build.
    #expect(try await IndexBuilder(store: store).run(roots: [source]).reused == false)
  }

  @Test func settingOutOfRange_indexed_typedError() async throws {
    let settings = IndexSettings(chunking: ChunkingSettings(maximumLines: 0))
    let error = await #expect(throws: IndexingError.self) {
      try await IndexBuilder(store: store, settings: settings).run(roots: [source])
    }
    #expect(error?.code == .invalidSetting)
  }
}
