import CellContract
import RuntimeCells
import RuntimeCellsTesting
import Testing

@Suite struct SeedTests {
  func cell(_ ledger: Ledger, _ environment: [String: String] = [:], observers: [any CellObserver] = []) -> RuntimeCell<
    Probe
  > {
    RuntimeCell(name: "c", configuration: .init(environment: .init(environment), observers: observers)) {
      ledger.make()
    }
  }

  @Test(arguments: ["1", "true", "TRUE", "yes", "On"]) func `the variable allows seeding`(value: String) async throws {
    let ledger = Ledger()
    let recorder = Recorder()
    let cell = cell(ledger, [CellGuard.seedVariable: value], observers: [recorder])
    let probe = ledger.make()
    #expect(try cell.seed(probe) == CellGeneration(1))
    #expect(try await cell.lease().value === probe)
    #expect(ledger.built == 1)
    try await cell.close()
    #expect(ledger.disposed == 1)
    await cell.observersCaughtUp()
    guard case .seeded(let details) = recorder.events.first?.kind else {
      Issue.record("no seed event")
      return
    }
    #expect(details.source == .environment)
    #expect(details.stack.contains("SeedTests.swift:"))
  }

  @Test(arguments: [nil, "", "0", "false", "2", "oui"] as [String?])
  func `without a guard seeding is refused and changes nothing`(value: String?) throws {
    let ledger = Ledger()
    let cell = cell(ledger, value.map { [CellGuard.seedVariable: $0] } ?? [:])
    let before = cell.snapshot()
    do {
      try cell.seed(ledger.make())
      Issue.record("seeding was allowed")
    } catch let error as CellError {
      #expect(error.code == .seedNotAllowed)
      #expect(error.message.contains("KGFOUNDRY_ALLOW_RUNTIME_SEED"))
    }
    #expect(cell.snapshot() == before)
  }

  @Test func `the testing scope allows seeding inside it only`() async throws {
    let ledger = Ledger()
    let cell = cell(ledger)
    try withSeedingAllowed { _ = try cell.seed(ledger.make()) }
    try await cell.close()
    try await withSeedingAllowed {
      await Task.yield()
      _ = try cell.seed(ledger.make())
    }
    try await cell.close()
    await expectError(.seedNotAllowed) { try cell.seed(ledger.make()) }
    #expect(ledger.disposed == 2)
  }

  @Test func `seeding a ready, an initialising and a shut-down cell is refused`() async throws {
    let ledger = Ledger()
    let gate = Gate()
    let cell = RuntimeCell<Probe>(name: "c") {
      await gate.pass()
      return ledger.make()
    }
    let waiter = Task { try await cell.lease().value.number }
    await gate.arrived()
    await expectError(.initializing) { try withSeedingAllowed { try cell.seed(ledger.make()) } }
    gate.open()
    _ = try await waiter.value
    await expectError(.alreadyInitialized) { try withSeedingAllowed { try cell.seed(ledger.make()) } }
    try await cell.shutDown()
    await expectError(.shutDown) { try withSeedingAllowed { try cell.seed(ledger.make()) } }
  }

  @Test func `a borrowed seed is not disposed by the cell`() async throws {
    let ledger = Ledger()
    let cell = cell(ledger)
    let probe = ledger.make()
    try withSeedingAllowed { _ = try cell.seed(probe, owned: false) }
    #expect(try await cell.close() == .ok)
    #expect(!probe.isClosed)
    _ = try await cell.lease()
    try await cell.close()
    #expect(ledger.disposed == 1)
  }
}
