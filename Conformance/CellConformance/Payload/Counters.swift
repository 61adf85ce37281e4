import Synchronization

/// Numbers for factory runs, payloads and calls, unique within one rule run.
final class Counters: Sendable {
  private let runs = Atomic<Int>(0)
  private let serials = Atomic<Int>(0)
  private let calls = Atomic<Int>(0)

  func nextRun() -> Int { runs.add(1, ordering: .sequentiallyConsistent).newValue }
  func nextSerial() -> Int { serials.add(1, ordering: .sequentiallyConsistent).newValue }
  func nextCall() -> Int { calls.add(1, ordering: .sequentiallyConsistent).newValue }
}
