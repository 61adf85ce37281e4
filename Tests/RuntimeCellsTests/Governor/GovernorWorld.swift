import CellContract
import RuntimeCells
import RuntimeCellsTesting
import Synchronization

/// A governor over figures that the test sets.
final class GovernorWorld: Sendable {
  let clock = ManualClock()
  let memory: FakeMemory
  let governor: MemoryGovernor
  let ledger = Ledger()

  /// Shares are tenths, so that figures are easy: paused from 90 % on, resumed below 70 %.
  init(
    budget: UInt64? = nil, limit: UInt64? = 1000, usage: UInt64 = 0, closesIdleCells: Bool = true,
    pressureAbove: Double? = 0.2
  ) throws {
    let memory = FakeMemory(.init(limit: limit, usage: usage))
    governor = try MemoryGovernor(
      policy: .init(
        budget: budget, pauseAbove: 0.9, resumeBelow: 0.7, pressureAbove: pressureAbove,
        closesIdleCells: closesIdleCells, admissionDeadline: .seconds(30), interval: .seconds(2)),
      source: MemorySource(resident: { memory.resident.withLock { $0 } }) { try memory.read() }, clock: CellClock(clock)
    )
    self.memory = memory
  }

  /// Sets the figures and has the governor read them.
  func read(limit: UInt64? = 1000, usage: UInt64, pressure: Double? = nil) async throws {
    memory.reading.withLock { $0 = .init(limit: limit, usage: usage, pressure: pressure) }
    try await governor.sample()
  }

  func cell(
    _ name: String, _ footprint: UInt64?, priority: Int = 0, before: (@Sendable () async throws -> Void)? = nil
  ) -> RuntimeCell<Probe> {
    RuntimeCell(
      name: name,
      configuration: .init(
        clock: CellClock(clock), memory: .init(governor: governor, footprint: footprint, priority: priority))
    ) { [ledger] in
      try await before?()
      return ledger.make()
    }
  }
}

/// What the source answers.
final class FakeMemory: Sendable {
  let reading: Mutex<MemoryReading>
  let resident = Mutex<UInt64?>(nil)
  let isBroken = Flag()
  let reads = Mutex(0)

  init(_ reading: MemoryReading) { self.reading = Mutex(reading) }

  func read() throws -> MemoryReading {
    reads.withLock { $0 += 1 }
    if isBroken.isSet { throw TestError() }
    return reading.withLock { $0 }
  }
}
