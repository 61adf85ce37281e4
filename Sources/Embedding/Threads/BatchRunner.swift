import RuntimeCells
import Synchronization

/// Runs pieces of work on dedicated threads, a few at a time, for many callers side by side.
///
/// Each caller's pieces enter the threads' queue one by one, never as a block: between two of them other callers get
/// their turn, so a short query does not wait for the whole of somebody's bulk load. A piece that begins while threads
/// are idle is shared with them, until other pieces need them.
final class BatchRunner: Sendable {
  private let name: String
  private let threads: DedicatedThreads
  private let load: ThreadLoad
  private let isStopped = Atomic(false)

  /// Threads that share one batch at most: its steps are too short for more.
  private static let teamSize = 4

  /// `name` stands in the errors of a stopped runner.
  init(name: String, threads: Int) {
    self.name = name
    self.threads = DedicatedThreads(name: "embed", count: threads)
    load = ThreadLoad(width: self.threads.count)
  }

  /// Number of threads.
  var width: Int { threads.count }

  /// Runs `body` for each item and returns the results in the items' order. The workspace is the piece's own while it
  /// runs. After cancellation no further piece of this caller starts.
  ///
  /// - Throws: the first error of a body, `EmbeddingError` with code `closed`, or `CancellationError`.
  func map<Item: Sendable, R: Sendable>(
    _ items: [Item], _ body: @escaping @Sendable (Item, EncoderWorkspace) throws -> R
  ) async throws -> [R] {
    try Task.checkCancellation()
    guard !isStopped.load(ordering: .acquiring) else { throw closed }
    let next = SharedCounter()
    return try await withThrowingTaskGroup(of: [(Int, R)].self) { group in
      for _ in 0..<min(threads.count, items.count) {
        group.addTask { [self] in
          let workspace = EncoderWorkspace()
          var done: [(Int, R)] = []
          while case let index = next.take(), index < items.count {
            try Task.checkCancellation()
            do {
              done.append((index, try await run(workspace) { try body(items[index], workspace) }))
            } catch is DedicatedThreadsStopped {
              throw closed
            }
          }
          return done
        }
      }
      var results = [R?](repeating: nil, count: items.count)
      for try await part in group {
        for (index, result) in part { results[index] = result }
      }
      return results.compactMap { $0 }
    }
  }

  private func run<R: Sendable>(
    _ workspace: EncoderWorkspace, _ body: @escaping @Sendable () throws -> R
  ) async throws -> R {
    load.begin()
    defer { load.end() }
    return try await threads.run { [self] in
      guard load.spare > 0 else { return try body() }
      let team = WorkTeam(size: min(threads.count, Self.teamSize)) { [self] in recruit(for: $0) }
      workspace.team = team
      defer {
        workspace.team = nil
        team.finish()
      }
      return try body()
    }
  }

  /// Lets idle threads help.
  private func recruit(for team: WorkTeam) {
    for member in 1..<max(1, min(team.size, load.spare + 1)) {
      // A stopped pool takes no helpers; the leader does without.
      try? threads.submit { [load] in
        guard load.join() else { return }
        defer { load.leave() }
        team.help(as: member) { load.spare >= 0 }
      }
    }
  }

  /// Refuses new work; what has begun ends. May be called again.
  func stop() {
    isStopped.store(true, ordering: .releasing)
    threads.stop()
  }

  private var closed: EmbeddingError {
    EmbeddingError(.closed, "the embedder of \(name) was closed: make a new one, or close it later")
  }
}
