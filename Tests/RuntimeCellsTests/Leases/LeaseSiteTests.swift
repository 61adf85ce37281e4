import CellContract
import RuntimeCells
import Testing

@Suite struct LeaseSiteTests {
  func cell(
    _ records: Bool? = true, gate: GateLimits? = nil, environment: [String: String] = [:],
    observers: [any CellObserver] = []
  ) -> RuntimeCell<Int> {
    RuntimeCell(
      name: "c",
      configuration: .init(
        gate: gate, environment: CellEnvironment(environment), recordsLeaseSites: records, observers: observers)
    ) { 1 }
  }

  @Test func `snapshot, error and event name where the holders took their leases`() async throws {
    let recorder = Recorder()
    let cell = cell(observers: [recorder])
    let line: Int = #line
    let first = try await cell.lease()
    guard let second = cell.leaseIfReady() else { return }
    let places = [1, 2].map { "\(#fileID):\(line + $0)" }
    #expect(cell.snapshot().leaseSites == places)
    let error = await expectError(.deadlineExceeded) { try await cell.close(deadline: .zero) }
    #expect(error?.sites == places && error?.holders == 2)
    #expect(error?.message.contains(places[0]) == true)
    #expect(cell.snapshot().leaseSites == [] && cell.snapshot().drainingLeaseSites == places)
    first.release()
    #expect(cell.snapshot().drainingLeaseSites == [places[1]])
    second.release()
    #expect(cell.snapshot().drainingLeaseSites == [])
    await cell.observersCaughtUp()
    let leaks = recorder.events.compactMap { if case .leaseLeak(_, _, let sites) = $0.kind { sites } else { nil } }
    #expect(leaks == [places])
  }

  @Test func `every way to a lease records its caller, through a gate too`() async throws {
    for gate in [nil, GateLimits(maxConcurrency: 2)] {
      let cell = cell(gate: gate)
      try await cell.getOrInitialize(fileID: "a.swift", line: 1) { 1 }.withValue { _ in
        #expect(cell.snapshot().leaseSites == ["a.swift:1"])
      }
      try await cell.withValue(fileID: "b.swift", line: 2) { _ in
        #expect(cell.snapshot().leaseSites == ["b.swift:2"])
      }
      try cell.withValueBlocking(fileID: "c.swift", line: 3) { _ in
        #expect(cell.snapshot().leaseSites == ["c.swift:3"])
      }
      try await cell.withValue { _ in
        #expect(cell.snapshot().leaseSites.first?.hasPrefix("RuntimeCellsTests/LeaseSiteTests.swift:") == true)
      }
      let snapshot = cell.snapshot()
      #expect(snapshot.leaseSites == [] && snapshot.leases == 0 && snapshot.gateActive == 0)
    }
  }

  @Test func `the variable switches it on for cells that do not say, the configuration wins`() async throws {
    let environment = [CellDebug.leaseSitesVariable: "yes"]
    for (records, isOn) in [(nil, true), (false, false)] as [(Bool?, Bool)] {
      let cell = cell(records, environment: environment)
      let lease = try await cell.lease()
      #expect(cell.snapshot().leaseSites.isEmpty == !isOn)
      lease.release()
    }
    let off = cell(nil)
    let lease = try await off.lease()
    #expect(off.snapshot().leaseSites == [] && off.snapshot().leases == 1)
    lease.release()
  }

  @Test func `leases that end on many threads leave no trace`() async throws {
    let cell = cell()
    _ = try await cell.lease().value
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          for _ in 0..<500 { try? await cell.withValue { _ in await Task.yield() } }
        }
      }
    }
    #expect(cell.snapshot().leaseSites == [] && cell.snapshot().leases == 0)
    #expect(try await cell.close() == .ok)
  }
}
