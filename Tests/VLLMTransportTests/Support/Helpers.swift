import Embedding
import Foundation
import NIOConcurrencyHelpers
import RuntimeCells
import RuntimeCellsTesting
import Testing

@testable import VLLMTransport

/// Lets other tasks run until `condition` holds. For facts that will come true without more help; a hang is the failure.
func until(_ condition: () async -> Bool) async {
  while !(await condition()) { await Task.yield() }
}

/// The `EmbeddingError` that `body` throws; any other outcome fails the test.
func failure<R>(
  sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> R
) async -> EmbeddingError? {
  do {
    let value = try await body()
    Issue.record("no error but \(value)", sourceLocation: sourceLocation)
    return nil
  } catch let error as EmbeddingError { return error } catch {
    Issue.record("not an EmbeddingError: \(error)", sourceLocation: sourceLocation)
    return nil
  }
}

/// Gathers values from many tasks.
final class Box<Value: Sendable>: Sendable {
  private let state: NIOLockedValueBox<[Value]> = NIOLockedValueBox([])
  var values: [Value] { state.withLockedValue { $0 } }
  func add(_ value: Value) { state.withLockedValue { $0.append(value) } }
}

/// Lets the pauses between attempts pass, and no attempt's time limit: the clock moves once after each retry that `events`
/// tells, when the pause is all that sleeps on it, and by less than such a limit. A look at the sleepers alone would not do: an
/// attempt that is about to set its second limit sleeps once too. Ends when the task is cancelled.
func skipPauses(_ clock: ManualClock, after events: Box<EmbeddingEvent>) -> Task<Void, Never> {
  let retries: @Sendable () -> Int = { events.values.filter { $0 == .retry }.count }
  let before = retries()
  return Task {
    var skipped = before
    while !Task.isCancelled {
      if retries() > skipped, clock.sleeperCount == 1 {
        clock.advance(by: .seconds(10))
        skipped += 1
      }
      await Task.yield()
    }
  }
}

/// Moves the clock whenever anything sleeps on it, time limits included. Ends when the task is cancelled.
func skipEverything(_ clock: ManualClock) -> Task<Void, Never> {
  Task {
    while !Task.isCancelled {
      if clock.sleeperCount > 0 { clock.advance(by: .milliseconds(500)) }
      await Task.yield()
    }
  }
}

/// A folder that goes away with the value.
final class Scratch: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("vllm-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  func write(_ text: String, to name: String) throws -> String {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name))
    return path + "/" + name
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
