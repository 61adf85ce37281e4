import CellContract
import RuntimeCellsTesting
import Testing

@testable import RuntimeCells

@Suite struct EstimateTests {
  let clock = ManualClock()
  let gate = Gate()

  func cell(_ refuses: Bool = true, cancelWhenAbandoned: Bool = false) -> RuntimeCell<Int> {
    RuntimeCell(
      name: "c",
      configuration: .init(
        cancelWhenAbandoned: cancelWhenAbandoned, refusesHopelessWaits: refuses, clock: CellClock(clock))
    ) { [clock] () async throws -> Int in
      try await clock.sleep(for: .seconds(8))
      return 1
    }
  }

  /// One initialisation of eight seconds, and a close.
  func learn(_ cell: RuntimeCell<Int>) async throws {
    let first = Task { try await cell.lease().value }
    await clock.sleepers(1)
    clock.advance(by: .seconds(8))
    _ = try await first.value
    try await cell.close()
  }

  @Test func `a caller that would be too late is told at once, and when to come again`() async throws {
    let cell = cell()
    #expect(cell.snapshot().estimatedWait == nil && cell.snapshot().typicalInitDuration == nil)
    try await learn(cell)
    #expect(cell.snapshot().typicalInitDuration == .seconds(8))
    #expect(cell.snapshot().estimatedWait == nil)
    // The first one begins the initialisation before it is refused: nobody might ever have the time to wait for it.
    let first = await expectError(.warmingUp) { try await cell.lease(deadline: .milliseconds(200)).value }
    #expect(first?.retryAfter == .seconds(8))
    await clock.sleepers(1)
    #expect(cell.snapshot().waiters == 0 && cell.snapshot().initState == .initializing)
    clock.advance(by: .seconds(5))
    #expect(cell.snapshot().estimatedWait == .seconds(3))
    let second = await expectError(.warmingUp) { try await cell.lease(deadline: .milliseconds(2999)).value }
    #expect(second?.retryAfter == .seconds(3))
    // Three seconds are enough, and so is any time.
    let patient = [Task { try await cell.lease(deadline: .seconds(3)).value }, Task { try await cell.lease().value }]
    await until { cell.snapshot().waiters == 2 }
    await clock.sleepers(2)
    clock.advance(by: .milliseconds(2999))
    #expect(cell.snapshot().estimatedWait == .milliseconds(1))
    clock.advance(by: .milliseconds(1))
    // The factory and the deadline are due at the same moment; who is patient gets the payload.
    #expect(try await patient[1].value == 1)
    #expect(cell.snapshot().attempts == 2)
    _ = await caught { try await patient[0].value }
  }

  @Test func `an initialisation that takes longer than usual is waited for again`() async throws {
    let cell = cell()
    try await learn(cell)
    let slow = Gate()
    let leader = Task {
      try await cell.getOrInitialize { () async -> Int in
        await slow.pass()
        return 2
      }.value
    }
    await slow.arrived()
    clock.advance(by: .seconds(9))
    #expect(cell.snapshot().estimatedWait == .zero)
    let joined = Task { try await cell.lease(deadline: .seconds(1)).value }
    await until { cell.snapshot().waiters == 2 }
    slow.open()
    #expect(try await (leader.value, joined.value) == (2, 2))
  }

  @Test func `by default everybody joins, and learns at the deadline how long it may still take`() async throws {
    let cell = cell(false)
    try await learn(cell)
    let hasty = Task { await expectError(.warmingUp) { try await cell.lease(deadline: .seconds(2)).value } }
    await clock.sleepers(2)
    #expect(cell.snapshot().waiters == 1)
    clock.advance(by: .seconds(2))
    #expect(await hasty.value?.retryAfter == .seconds(6))
  }

  @Test func `a caller whose leaving would cancel the factory stays`() async throws {
    let cell = cell(cancelWhenAbandoned: true)
    try await learn(cell)
    let only = Task { await expectError(.warmingUp) { try await cell.lease(deadline: .seconds(1)).value } }
    await clock.sleepers(2)
    await expectError(.warmingUp) { try await cell.lease(deadline: .seconds(1)).value }
    #expect(cell.snapshot().waiters == 1)
    clock.advance(by: .seconds(1))
    _ = await only.value
  }

  @Test func `the median is that of the last fifteen`() {
    var times = InitTimes()
    #expect(times.median == nil)
    times.add(.seconds(100))
    #expect(times.median == .seconds(100))
    times.add(.seconds(1))
    #expect(times.median == .seconds(100))
    for second in 1...14 { times.add(.seconds(second)) }
    // 100 is forgotten: 1, 1...14.
    #expect(times.median == .seconds(7))
  }
}
