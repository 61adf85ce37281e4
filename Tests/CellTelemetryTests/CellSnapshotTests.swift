import CellContract
import CellTelemetry
import PrometheusMetrics
import RuntimeCells
import Testing

@Suite("Cells at scrape time")
struct CellSnapshotTests {
  @Test("Ready, leases, waiters and payloads are those of the moment of the scrape")
  func moments() async throws {
    let world = try World()
    let cells = CellRegistry()
    let gate = Gate()
    let cell = RuntimeCell(name: "faiss", configuration: world.configuration()) { () async -> Int in
      await gate.pass()
      return 7
    }
    try cells.register(cell)
    world.registry.add(try CellSnapshotCollector { cells.snapshot() })
    func value(_ name: String) -> MetricValue? { world.registry.snapshot().value(name, "faiss") }

    #expect(value("runtime_cell_ready") == .gauge(0))
    let callers = (0..<3).map { _ in Task { try await cell.withValue { _ in } } }
    while cell.snapshot().waiters < 3 { await Task.yield() }
    #expect(value("runtime_cell_waiters") == .gauge(3))
    await gate.open()
    for caller in callers { try await caller.value }
    let lease = try await cell.lease()
    #expect(value("runtime_cell_ready") == .gauge(1))
    #expect(value("runtime_cell_leases") == .gauge(1))
    #expect(value("runtime_cell_waiters") == .gauge(0))
    #expect(value("runtime_cell_payloads_built_total") == .counter(whole: 1))
    let closing = Task { try await cell.close() }
    while cell.snapshot().initState == .ready { await Task.yield() }
    #expect(value("runtime_cell_ready") == .gauge(0))
    #expect(value("runtime_cell_leases") == .gauge(1), "a draining lease is still a lease")
    lease.release()
    _ = try await closing.value
    #expect(value("runtime_cell_leases") == .gauge(0))
    #expect(value("runtime_cell_payloads_disposed_total") == .counter(whole: 1))
  }

  @Test("Waits at the gate and dropped events are shown as the cell counted them, over all cells beyond the limit too")
  func waits() throws {
    #expect(CellWaitTimes.bounds.map { $0 / .seconds(1) } == HistogramBuckets.latency.bounds)
    let snapshots = (0..<3).map { index in
      var snapshot = CellSnapshot(name: "tenant-\(index)")
      var waits = CellWaitTimes()
      waits.add(.seconds(index))
      waits.add(.seconds(60))
      snapshot.gateWaits = waits
      snapshot.droppedEvents = UInt64(index)
      return snapshot
    }
    let registry = PrometheusRegistry()
    registry.add(try CellSnapshotCollector(maxCells: 1) { snapshots + [CellSnapshot(name: "ungated")] })
    let scrape = registry.snapshot()
    guard case .histogram(let own)? = scrape.value("runtime_cell_gate_wait_seconds", "tenant-0"),
      case .histogram(let others)? = scrape.value("runtime_cell_gate_wait_seconds", "_other")
    else {
      Issue.record("no histogram")
      return
    }
    #expect(own.sum == 60 && own.count == 2 && own.counts.first == 1 && own.counts.last == 1)
    #expect(others.sum == 123 && others.count == 4 && others.counts.last == 2)
    #expect(scrape.value("runtime_cell_observer_dropped_total", "_other") == .counter(whole: 3))
    let text = String(decoding: scrape.encoded(as: .text004), as: UTF8.self)
    #expect(text.contains("runtime_cell_gate_wait_seconds_bucket{cell=\"tenant-0\",le=\"0.005\"} 1\n"))
  }

  @Test("Cells beyond the limit are added up, and have no state")
  func bounded() throws {
    let snapshots = (0..<5).map { index in
      var snapshot = CellSnapshot(name: "tenant-\(index)", initState: .ready)
      (snapshot.leases, snapshot.built) = (index, 10)
      return snapshot
    }
    let registry = PrometheusRegistry()
    registry.add(try CellSnapshotCollector(maxCells: 2) { snapshots })
    let scrape = registry.snapshot()
    #expect(scrape.value("runtime_cell_leases", "tenant-1") == .gauge(1))
    #expect(scrape.value("runtime_cell_leases", "_other") == .gauge(9))
    #expect(scrape.value("runtime_cell_payloads_built_total", "_other") == .counter(whole: 30))
    #expect(scrape["runtime_cell_ready"]?.series.count == 2)
  }

  @Test("The cells of a pool share the pool's label, and its sums never go back")
  func pools() async throws {
    let world = try World()
    let cells = CellRegistry()
    let pool = try CellPool<String, Int>(
      name: "tenants", options: .init(maxKeys: 2), configuration: world.configuration(), registry: cells
    ) { $0.utf8.count }
    world.registry.add(try CellSnapshotCollector { cells.snapshot() })
    func value(_ name: String) -> MetricValue? { world.registry.snapshot().value(name, "tenants") }
    #expect(value("runtime_cell_ready") == .gauge(0))
    for (count, key) in ["a", "bb", "ccc", "a", "dddd"].enumerated() {
      _ = try await pool.lease(for: key)
      #expect(value("runtime_cell_payloads_built_total") == .counter(whole: UInt64(count + 1)))
    }
    #expect(value("runtime_cell_ready") == .gauge(1))
    #expect(value("runtime_cell_payloads_disposed_total") == .counter(whole: 3))
    try await pool.shutdown()
    for family in ["runtime_cell_ready", "runtime_cell_init_total"] {
      let labels = world.registry.snapshot()[family]?.series.map { $0.labels.values.first ?? "" } ?? []
      #expect(Set(labels) == ["tenants"], "\(family)")
    }
  }
}
