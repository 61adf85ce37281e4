import Foundation
import Testing

@testable import Indexing

/// Builds that fail, are cancelled, or are killed, at every step there is.
struct InterruptedBuildTests {
  static let steps: [BuildStep] =
    [.begun, .walked, .storeCreated, .batchStored, .storeFinished, .artifactBuilt("counting")]
    + PublishStep.allCases.map { .publishing($0) }

  private let directory: TemporaryDirectory
  private let store: GenerationStore

  init() throws {
    directory = try TemporaryDirectory()
    store = GenerationStore(root: directory.sub("index"))
    try directory.write("src/a.swift", "let old = 1\n")
  }

  private func texts(_ store: GenerationStore) async throws -> [String] {
    let chunks = try #require(try store.current(verifying: .full)).openChunks()
    var texts: [String] = []
    try await chunks.forEachBatch { texts += $0.map(\.text) }
    return texts
  }

  @Test(arguments: steps)
  func failure_atEachStep_oldServedAndNextBuildWorks(step: BuildStep) async throws {
    var builder = IndexBuilder(store: store, artifacts: [CountingArtifact()])
    _ = try await builder.run(roots: [directory.sub("src")])
    try directory.write("src/a.swift", "let new = 1\n")
    builder.reaching = { if $0 == step { throw Interruption() } }
    await #expect(throws: Interruption.self) { try await builder.run(roots: [directory.sub("src")]) }
    let published = step == .publishing(.currentWritten)
    #expect(try await texts(store) == [published ? "let new = 1" : "let old = 1"])
    builder.reaching = { _ in }
    #expect(try await builder.run(roots: [directory.sub("src")]).reused == published)
    #expect(try await texts(store) == ["let new = 1"])
  }

  @Test(arguments: steps)
  func kill_atEachStep_oldServedAndRemainsCleaned(step: BuildStep) async throws {
    var builder = IndexBuilder(store: store, artifacts: [CountingArtifact()])
    _ = try await builder.run(roots: [directory.sub("src")])
    try directory.write("src/a.swift", "let new = 1\n")
    // A killed process leaves what is on the disk: a copy taken at the step is just that.
    let (from, copy) = (store.root, directory.sub("copy"))
    builder.reaching = { if $0 == step { try FileManager.default.copyItem(atPath: from, toPath: copy) } }
    _ = try await builder.run(roots: [directory.sub("src")])
    let left = GenerationStore(root: copy)
    let published = step == .publishing(.currentWritten)
    #expect(try await texts(left) == [published ? "let new = 1" : "let old = 1"])
    let next = try await IndexBuilder(store: left, artifacts: [CountingArtifact()]).run(roots: [directory.sub("src")])
    #expect(next.reused == published)
    #expect(try await texts(left) == ["let new = 1"])
    #expect(try FileSystem.entries(of: left.generationsDirectory).allSatisfy { $0.name?.hasPrefix(".") == false })
  }

  @Test func cancellation_duringChunking_oldServed() async throws {
    let built = IndexBuilder(store: store)
    _ = try await built.run(roots: [directory.sub("src")])
    for number in 0..<200 { try directory.write("src/f\(number).swift", "let a\(number) = 1\n") }
    let (entered, proceed) = (AsyncStream.makeStream(of: Void.self), DispatchSemaphore(value: 0))
    var builder = built
    builder.content = { path, limit in
      entered.continuation.yield()
      proceed.wait()
      proceed.signal()
      return try FileSystem.read(path, limit: limit)
    }
    // The comparison with the old generation would read first; another setting skips it.
    let changed = IndexSettings(chunking: ChunkingSettings(maximumLines: 50))
    var other = IndexBuilder(store: store, settings: changed)
    other.content = builder.content
    let task = Task { [other, directory] in try await other.run(roots: [directory.sub("src")]) }
    for await _ in entered.stream { break }
    task.cancel()
    proceed.signal()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(try await texts(store) == ["let old = 1"])
    #expect(try FileSystem.entries(of: store.generationsDirectory).map(\.name) == ["1"])
  }

  private struct Interruption: Error {}
}
