public import Indexing
import RuntimeCells

/// Makes one graph of a dense space in two parts. Needs neither the sources nor a model.
public struct DenseArtifactMerger: ArtifactMerger {
  private let space: DenseSpace
  private let linkThreads: Int

  /// A merger of one space.
  ///
  /// - Parameter linkThreads: Threads that link the graph.
  public init(space: DenseSpace = .whole, linkThreads: Int = 2) {
    self.space = space
    self.linkThreads = max(1, linkThreads)
  }

  /// The space's channel.
  public var channel: String { space.channel }

  /// Whether the space is stored in two parts, of vectors that an index can be made of again.
  public func isMergeable(_ record: ArtifactRecord) -> Bool {
    guard record.files.contains(where: { $0.path == space.rowMapFileName }),
      let kind = record.settings["kind"].flatMap({ FaissIndexKind(parameterText: $0) })
    else { return false }
    return kind.serves(kind)
  }

  /// Builds an index of the large part's kind over all vectors in the order of the chunks, and writes it.
  ///
  /// - Throws: ``RetrievalError``; `IndexingError`; `CancellationError`.
  public func merge(
    _ record: ArtifactRecord, of generation: Generation, into directory: String, progress: any IndexProgress
  ) async throws -> ArtifactRecord {
    let threads = DedicatedThreads(name: "\(channel)-merge", count: 1)
    defer { threads.stop() }
    let (space, linkThreads) = (space, linkThreads)
    let index = try await threads.run {
      try DenseIndex.open(space, in: generation.directory, record: record)
    }
    let total = index.count
    let whole = try FaissIndexBuilder(dimension: index.dimension, kind: index.kind)
    progress.stage(channel, done: 0, total: total)
    for first in stride(from: 0, to: total, by: 4096) {
      try Task.checkCancellation()
      try await threads.run {
        try whole.add(try (first..<min(first + 4096, total)).flatMap { try index.vector(of: Int64($0)) })
      }
      progress.stage(channel, done: min(first + 4096, total), total: total)
    }
    let (files, parts) = try await threads.run {
      try DenseArtifactWriter(space: space, directory: directory).write(whole.finish(threads: linkThreads))
    }
    let kept = record.settings.filter { !["primary_rows", "fresh_rows", "dead_rows"].contains($0.key) }
    return ArtifactRecord(
      channel: channel, fingerprint: record.fingerprint, files: files,
      settings: kept.merging(parts) { _, part in part }, model: record.model)
  }
}
