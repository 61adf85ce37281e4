import RuntimeCells

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Publishes the served generation again with its artifacts merged: the second step of an index run that first published
/// what is quick. Sources are not read; what needs no merging is taken over as it is. Whatever fails, the served generation
/// stays as it is.
public struct IndexMerger: Sendable {
  /// Where the index is.
  public let store: GenerationStore
  /// What can be merged.
  public let mergers: [any ArtifactMerger]

  /// Called at each step; tests let it throw.
  var reaching: @Sendable (BuildStep) throws -> Void = { _ in }

  /// Creates a merger; nothing is touched yet.
  public init(store: GenerationStore, mergers: [any ArtifactMerger]) {
    self.store = store
    self.mergers = mergers
  }

  /// Merges what can be merged and publishes it.
  ///
  /// - Parameters:
  ///   - progress: is told how far the work is.
  ///   - first: what the index run did that is followed by this merge; its stages come first in the report.
  /// - Returns: nil when there was nothing to merge.
  /// - Throws: ``IndexingError``: another build (`indexing.locked`), damaged files, a disk that refuses; what a merger
  ///   throws; `CancellationError`.
  public func run(
    progress: any IndexProgress = SilentProgress(), after first: IndexReport? = nil
  ) async throws -> IndexReport? {
    let threads = DedicatedThreads(name: "merge", count: 1)
    defer { threads.stop() }
    let isNeeded = try await threads.run { [self] in try store.current().map { isMergeable($0.manifest) } ?? false }
    guard isNeeded else { return nil }
    let draft = try await threads.run { [store] in try store.beginDraft() }
    do {
      let report = try await run(draft, threads, progress, first)
      if draft.isOpen { try await threads.run { draft.abandon() } }
      return report
    } catch {
      try? await threads.run { draft.abandon() }
      throw error
    }
  }

  private func run(
    _ draft: GenerationDraft, _ threads: DedicatedThreads, _ progress: any IndexProgress, _ first: IndexReport?
  ) async throws -> IndexReport? {
    try reaching(.begun)
    var clock = StageClock()
    // Looked at again under the lock, and in full: what is damaged must not be published anew.
    let served = try await threads.run { [store] in try store.current(verifying: .full) }
    guard let served, isMergeable(served.manifest) else { return nil }
    var manifest = served.manifest
    manifest.artifacts = []
    manifest.created = Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.down))
    for record in served.manifest.artifacts {
      if let merger = merger(of: record) {
        let merged = try await clock.measure(record.channel) {
          try await merger.merge(record, of: served, into: draft.directory, progress: progress)
        }
        manifest.artifacts.append(merged)
      } else {
        let carried = try await threads.run { try record.carried(from: served.directory, into: draft.directory) }
        manifest.artifacts.append(carried)
      }
      try reaching(.artifactBuilt(record.channel))
    }
    let published = try await clock.measure("publish") { [manifest] in
      try await threads.run { [self] in
        let generation = try store.publish(draft, manifest: manifest) { try reaching(.publishing($0)) }
        // The new generation is served already: what cannot be removed now is removed another time.
        _ = try? store.prune()
        return generation.manifest
      }
    }
    return IndexReport(
      manifest: published, reused: first?.reused ?? true, stages: (first?.stages ?? []) + clock.stages,
      changes: first?.changes ?? [], mergedFrom: served.number)
  }

  private func isMergeable(_ manifest: GenerationManifest) -> Bool {
    manifest.artifacts.contains { merger(of: $0) != nil }
  }

  private func merger(of record: ArtifactRecord) -> (any ArtifactMerger)? {
    mergers.first { $0.channel == record.channel && $0.isMergeable(record) }
  }
}
