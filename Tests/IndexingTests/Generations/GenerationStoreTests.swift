import Foundation
import Testing

@testable import Indexing

struct GenerationStoreTests {
  private let directory: TemporaryDirectory
  private let store: GenerationStore

  init() throws {
    directory = try TemporaryDirectory()
    store = GenerationStore(root: directory.sub("index"))
  }

  @Test func noIndex_asked_nil() throws {
    #expect(try store.current() == nil)
    #expect(store.available() == [])
  }

  @Test func published_read_sameManifestAndFiles() throws {
    let published = try GenerationSupport.publish("one", to: store)
    #expect(published.number == 1)
    let current = try #require(try store.current(verifying: .full))
    #expect(current.manifest == published.manifest)
    #expect(current.manifest.artifact("data")?.model?.dim == 3)
    #expect(try GenerationSupport.content(of: current) == "one")
    #expect(try FileSystem.entries(of: store.generationsDirectory).map(\.name) == ["1"])
  }

  @Test func secondBuild_begunWhileOneRuns_refusedAndNamesTheHolder() throws {
    let draft = try store.beginDraft()
    let error = #expect(throws: IndexingError.self) { try store.beginDraft() }
    #expect(error?.code == .locked)
    #expect(error?.actual == "held by process \(getpid())")
    draft.abandon()
    draft.abandon()
    #expect(try store.beginDraft().isOpen)
  }

  @Test func closedDraft_publishedAgain_typedError() throws {
    let draft = try store.beginDraft()
    let manifest = try GenerationSupport.fill(draft, "x")
    _ = try store.publish(draft, manifest: manifest)
    let error = #expect(throws: IndexingError.self) { try store.publish(draft, manifest: manifest) }
    #expect(error?.code == .draftClosed)
  }

  @Test(arguments: PublishStep.allCases)
  func processKilledAtAnyStepOfPublishing_restarted_oldOrNewServedWhole(step: PublishStep) throws {
    try GenerationSupport.publish("old", to: store)
    let draft = try store.beginDraft()
    let manifest = try GenerationSupport.fill(draft, "new")
    // What a killed process leaves behind is what is on the disk at that moment.
    let copy = directory.sub("copy")
    _ = try store.publish(draft, manifest: manifest) { reached in
      if reached == step { try FileManager.default.copyItem(atPath: store.root, toPath: copy) }
    }
    let left = GenerationStore(root: copy)
    let expected = step == .currentWritten ? "new" : "old"
    #expect(try GenerationSupport.content(of: left.current(verifying: .full)) == expected)
    // The next build cleans up and gets a number that was never used.
    let next = try GenerationSupport.publish("next", to: left)
    #expect(next.number >= 2)
    #expect(step != .renamed || next.number == 3)
    #expect(try GenerationSupport.content(of: left.current(verifying: .full)) == "next")
    #expect(try FileSystem.entries(of: left.generationsDirectory).allSatisfy { $0.name?.hasPrefix(".") == false })
  }

  @Test(arguments: PublishStep.allCases)
  func failureAtAnyStepOfPublishing_thrown_oldServedAndBuildableAgain(step: PublishStep) throws {
    try GenerationSupport.publish("old", to: store)
    let draft = try store.beginDraft()
    let manifest = try GenerationSupport.fill(draft, "new")
    #expect(throws: Interruption.self) {
      _ = try store.publish(draft, manifest: manifest) { if $0 == step { throw Interruption() } }
    }
    draft.abandon()
    let expected = step == .currentWritten ? "new" : "old"
    #expect(try GenerationSupport.content(of: store.current(verifying: .full)) == expected)
    try GenerationSupport.publish("again", to: store)
    #expect(try GenerationSupport.content(of: store.current()) == "again")
  }

  private struct Interruption: Error {}

  @Test func oldGenerations_pruned_exceptTheNewestAndThoseInUse() throws {
    let first = try GenerationSupport.publish("1", to: store)
    for content in ["2", "3", "4", "5"] { try GenerationSupport.publish(content, to: store) }
    #expect(try store.prune(keeping: 2) == [2, 3])
    #expect(store.available() == [1, 4, 5])
    // Generation 1 stayed because `first` is alive; its files are whole.
    try first.verify(.full)
  }

  @Test func openChunkStore_itsGenerationPruned_keepsTheDirectory() async throws {
    let draft = try store.beginDraft()
    let path = Paths.join(draft.directory, Generation.chunkFileName)
    let writer = try ChunkStore.create(at: path)
    try await writer.append([ChunkStoreTests.chunk(0, text: "x")])
    try await writer.finish()
    let file = try ArtifactFile(describing: Generation.chunkFileName, in: draft.directory)
    let record = ArtifactRecord(channel: "chunks", fingerprint: "f", files: [file])
    let reader = try store.publish(draft, manifest: GenerationSupport.manifest([record])).openChunks()
    for content in ["2", "3"] { try GenerationSupport.publish(content, to: store) }
    #expect(try store.prune(keeping: 1) == [2])
    #expect(try await reader.chunks(rows: [0]).map(\.text) == ["x"])
  }

  @Test func generationNoLongerInUse_pruned_removed() throws {
    do {
      let first = try GenerationSupport.publish("1", to: store)
      for content in ["2", "3"] { try GenerationSupport.publish(content, to: store) }
      #expect(try store.prune() == [])
      withExtendedLifetime(first) {}
    }
    #expect(try store.prune() == [1])
    #expect(try store.prune(keeping: 0) == [2])
    #expect(try store.current()?.number == 3)
  }

  @Test func currentSetBackToAnOlderOne_builtAgain_numbersNeverRepeat() throws {
    for content in ["1", "2", "3"] { try GenerationSupport.publish(content, to: store) }
    try FileSystem.replace(store.currentFile, with: Array("2\n".utf8))
    #expect(try store.current()?.number == 2)
    #expect(try GenerationSupport.publish("4", to: store).number == 4)
  }

  @Test func twoArtifactsWithOneChannelOrFile_published_typedError() throws {
    let draft = try store.beginDraft()
    let manifest = try GenerationSupport.fill(draft, "x")
    let twice = GenerationSupport.manifest(manifest.artifacts + manifest.artifacts)
    let error = #expect(throws: IndexingError.self) { try store.publish(draft, manifest: twice) }
    #expect(error?.code == .artifactConflict)
  }
}
