import CellContract
import CellTelemetry
import InMemoryLogging
import Logging
import RuntimeCells
import RuntimeCellsTesting
import Testing

/// Attempts begun are attempts that ended well or badly, plus the one in flight: on every path.
@Suite("Attempts, begun and ended")
struct AttemptCountTests {
  /// A cell whose every attempt is counted and logged.
  private struct Stage {
    let world: World
    let handler = InMemoryLogHandler()
    let log: CellLogObserver
    let authority = SwapAuthority()
    private(set) var configuration: CellConfiguration

    init(_ change: (inout CellConfiguration) -> Void = { _ in }) throws {
      world = try World()
      let handler = handler
      log = CellLogObserver(logger: Logger(label: "cells") { _ in handler }, factory: world.factory)
      configuration = world.configuration([log])
      configuration.environment = CellEnvironment([CellGuard.swapVariable: "1"])
      configuration.swapAuthority = authority
      change(&configuration)
    }

    var permit: SwapPermit { authority.permit(reason: "test") }

    func cell(_ factory: @escaping @Sendable () async throws -> Int = { 7 }) -> RuntimeCell<Int> {
      RuntimeCell(name: "c", configuration: configuration, factory: .async(factory))
    }

    /// Checks the sums; `begun` is also what the path is expected to begin.
    func expect(
      begun: UInt64, inFlight: UInt64 = 0, _ cell: RuntimeCell<Int>, sourceLocation: SourceLocation = #_sourceLocation
    ) async {
      await cell.observersCaughtUp()
      #expect(await log.flush(within: .seconds(3600)))
      let started = world.count(.initStartedTotal, "c") ?? 0
      let ended = (world.count(.initTotal, "c", "success") ?? 0) + (world.count(.initTotal, "c", "error") ?? 0)
      #expect(started == begun, sourceLocation: sourceLocation)
      #expect(started == ended + inFlight, sourceLocation: sourceLocation)
      #expect((world.observations(.initSeconds, "c") ?? 0) == ended, sourceLocation: sourceLocation)
      let numbers = handler.entries.compactMap { $0.metadata["sequence"]?.description }.compactMap(UInt64.init)
      #expect(numbers == (0..<numbers.count).map { UInt64($0 + 1) }, sourceLocation: sourceLocation)
    }
  }

  @Test func `an attempt in flight is begun and has not ended; those who join it are skipped`() async throws {
    let stage = try Stage()
    let gate = Gate()
    let cell = stage.cell {
      await gate.pass()
      return 7
    }
    let callers = (0..<3).map { _ in Task { try await cell.withValue { $0 } } }
    while cell.snapshot().waiters < 3 { await Task.yield() }
    await stage.expect(begun: 1, inFlight: 1, cell)
    await gate.open()
    for caller in callers { _ = try await caller.value }
    await stage.expect(begun: 1, cell)
    #expect(stage.world.count(.initTotal, "c", "skipped") == 2)
  }

  @Test func `failures`() async throws {
    let stage = try Stage()
    let cell = stage.cell { throw Broken() }
    for _ in 0..<2 { await #expect(throws: CellError.self) { try await cell.withValue { (_: Int) in } } }
    await stage.expect(begun: 2, cell)
  }

  @Test func `a caller that is cancelled, and takes the factory with it`() async throws {
    let stage = try Stage { $0.cancelWhenAbandoned = true }
    let gate = Gate()
    let cell = stage.cell {
      await gate.pass()
      try Task.checkCancellation()
      return 7
    }
    let caller = Task { try await cell.withValue { $0 } }
    while cell.snapshot().waiters < 1 { await Task.yield() }
    caller.cancel()
    await #expect(throws: (any Error).self) { try await caller.value }
    await stage.expect(begun: 1, inFlight: 1, cell)
    await gate.open()
    while cell.snapshot().initState == .initializing { await Task.yield() }
    await stage.expect(begun: 1, cell)
  }

  @Test func `a close during an attempt`() async throws {
    let stage = try Stage()
    let gate = Gate()
    let cell = stage.cell {
      await gate.pass()
      return 7
    }
    let caller = Task { try await cell.withValue { $0 } }
    while cell.snapshot().waiters < 1 { await Task.yield() }
    let closing = Task { try await cell.close() }
    await #expect(throws: CellError.self) { try await caller.value }
    await gate.open()
    _ = try await closing.value
    await stage.expect(begun: 1, cell)
  }

  @Test func `an attempt that is too late, and ends after that`() async throws {
    let clock = ManualClock()
    let stage = try Stage {
      $0.initDeadline = .seconds(1)
      $0.clock = CellClock(clock)
    }
    let gate = Gate()
    let cell = stage.cell {
      await gate.pass()
      return 7
    }
    let caller = Task { try await cell.withValue { $0 } }
    while cell.snapshot().waiters < 1 { await Task.yield() }
    await clock.sleepers(1)
    clock.advance(by: .seconds(2))
    await #expect(throws: CellError.self) { try await caller.value }
    await stage.expect(begun: 1, cell)
    await gate.open()
    _ = try await cell.close()
    await stage.expect(begun: 1, cell)
  }

  @Test func `a seed is no attempt`() async throws {
    let stage = try Stage()
    let cell = stage.cell()
    _ = try withSeedingAllowed { try cell.seed(1) }
    await stage.expect(begun: 0, cell)
  }

  @Test func `swaps, won and lost, are attempts however often they try`() async throws {
    let stage = try Stage()
    let cell = stage.cell()
    try await cell.withValue { #expect($0 == 7) }
    try await cell.swap(permit: stage.permit, factory: .blocking { 8 })
    await stage.expect(begun: 2, cell)
    let tries = SwapOptions(maxAttempts: 3, backoff: Backoff(initial: .zero, cap: .zero))
    await #expect(throws: CellError.self) {
      try await cell.swap(permit: stage.permit, options: tries, factory: .blocking { throw Broken() })
    }
    await stage.expect(begun: 3, cell)
    try await cell.swap(permit: stage.permit, options: .init(policy: .resourcePreserving), factory: .blocking { 9 })
    await stage.expect(begun: 4, cell)
  }

  @Test func `a swap of an empty cell serves those who wait`() async throws {
    let stage = try Stage()
    let gate = Gate()
    let cell = stage.cell()
    let swap = Task {
      try await cell.swap(
        permit: stage.permit,
        factory: .async {
          await gate.pass()
          return 8
        })
    }
    while cell.snapshot().attempts < 1 { await Task.yield() }
    let caller = Task { try await cell.withValue { $0 } }
    while cell.snapshot().waiters < 1 { await Task.yield() }
    await stage.expect(begun: 1, inFlight: 1, cell)
    await gate.open()
    _ = try await swap.value
    #expect(try await caller.value == 8)
    await stage.expect(begun: 1, cell)
  }

  @Test(arguments: [true, false])
  func `a swap that its caller or a close makes useless`(closes: Bool) async throws {
    let stage = try Stage()
    let gate = Gate()
    let cell = stage.cell()
    try await cell.withValue { #expect($0 == 7) }
    let swap = Task {
      try await cell.swap(
        permit: stage.permit,
        factory: .async {
          await gate.pass()
          return 8
        })
    }
    while cell.snapshot().attempts < 2 { await Task.yield() }
    let closing = closes ? Task { try await cell.close() } : nil
    if !closes { swap.cancel() }
    await #expect(throws: (any Error).self) { try await swap.value }
    await stage.expect(begun: 2, inFlight: 1, cell)
    await gate.open()
    _ = try await closing?.value
    _ = try await cell.close()
    await stage.expect(begun: 2, cell)
  }

  @Test func `an attempt and a swap that find no memory`() async throws {
    let governor = try MemoryGovernor(
      policy: MemoryPolicy(budget: 100), source: MemorySource { MemoryReading(limit: 1000, usage: 0) })
    let huge = try Stage { $0.memory = CellMemory(governor: governor, footprint: 101) }
    let cell = huge.cell()
    await #expect(throws: CellError(.tooLarge, cell: "", message: "")) { try await cell.withValue { (_: Int) in } }
    await huge.expect(begun: 1, cell)
    #expect(huge.handler.entries.last?.metadata["error"]?.description == "cell.too-large")
    let large = try Stage { $0.memory = CellMemory(governor: governor, footprint: 60) }
    let other = large.cell()
    try await other.withValue { #expect($0 == 7) }
    await #expect(throws: CellError(.tooLarge, cell: "", message: "")) { try await other.swap(permit: large.permit) }
    await large.expect(begun: 2, other)
  }
}
