import CellContract
import CellTelemetry
import CoreMetrics
import MetricsTestKit
import PrometheusMetrics
import RuntimeCells
import Testing

@Suite("Cell metrics")
struct CellMetricsTests {
  @Test("A cold start under contention counts one attempt, one success, and the others as skipped")
  func contention() async throws {
    let world = try World()
    let gate = Gate()
    let cell = RuntimeCell(name: "faiss", configuration: world.configuration()) { () async -> Int in
      await gate.pass()
      return 7
    }
    let callers = (0..<5).map { _ in Task { try await cell.withValue { $0 } } }
    while cell.snapshot().waiters < 5 { await Task.yield() }
    await gate.open()
    for caller in callers { #expect(try await caller.value == 7) }
    await cell.observersCaughtUp()

    #expect(world.count(.initStartedTotal, "faiss") == 1)
    #expect(world.count(.initTotal, "faiss", "success") == 1)
    #expect(world.count(.initTotal, "faiss", "skipped") == 4)
    #expect(world.count(.initTotal, "faiss", "error") == 0)
    #expect(world.observations(.initSeconds, "faiss") == 1)
  }

  @Test("Reads of a ready cell are not observed at all")
  func readyReads() async throws {
    let world = try World()
    let cell = RuntimeCell(name: "faiss", configuration: world.configuration()) { 7 }
    _ = try await cell.lease()
    await cell.observersCaughtUp()
    let before = world.registry.snapshot().encoded(as: .text004)
    for _ in 0..<1_000 {
      #expect(cell.withValueIfReady { $0 } == 7)
      #expect(try await cell.withValue { $0 } == 7)
    }
    await cell.observersCaughtUp()
    #expect(world.registry.snapshot().encoded(as: .text004) == before)
  }

  @Test("Failures, closes and disposals are counted by outcome")
  func outcomes() async throws {
    let world = try World()
    let tries = Locked(0)
    let cell = RuntimeCell(
      name: "xtr", configuration: world.configuration(), disposer: .blocking { _ in throw Broken() }
    ) {
      () throws -> Int in
      let number = tries.withLock { tries in
        tries += 1
        return tries
      }
      if number < 3 { throw Broken() }
      return number
    }
    for _ in 0..<2 { await #expect(throws: CellError.self) { try await cell.withValue { (_: Int) in } } }
    try await cell.withValue { _ in await Task.yield() }
    _ = try await cell.close()
    _ = try await cell.close()
    await cell.observersCaughtUp()
    #expect(world.count(.initStartedTotal, "xtr") == 3)
    #expect(world.count(.initTotal, "xtr", "error") == 2)
    #expect(world.count(.initTotal, "xtr", "success") == 1)
    #expect(world.observations(.initSeconds, "xtr") == 3)
    #expect(world.count(.closeTotal, "xtr", "error") == 1)
    #expect(world.count(.closeTotal, "xtr", "noop") == 1)
    #expect(world.observations(.closeSeconds, "xtr") == 2)
    #expect(world.count(.disposeTotal, "xtr", "error") == 1)
  }

  @Test("Prepared cells show zeros before anything happens")
  func prepared() throws {
    let world = try World()
    world.metrics.prepare(cells: ["faiss", "xtr"])
    for status in ["success", "error", "skipped"] { #expect(world.count(.initTotal, "xtr", status) == 0) }
    for outcome in ["ok", "noop", "error"] { #expect(world.count(.closeTotal, "faiss", outcome) == 0) }
    #expect(world.observations(.initSeconds, "faiss") == 0)
  }

  @Test("Cells beyond the limit share one label value, and no count is lost")
  func boundedLabels() throws {
    let world = try World(maxCells: 2)
    for index in 0..<10 {
      world.metrics.observe(CellEvent(cell: "tenant-\(index)", sequence: 1, kind: .initStarted(attempt: 1)))
    }
    #expect(world.count(.initStartedTotal, "tenant-0") == 1)
    #expect(world.count(.initStartedTotal, "_other") == 8)
    #expect(world.registry.snapshot()[CellMetric.initStartedTotal.name]?.series.count == 3)
    #expect(world.registry.droppedHandles(.seriesLimit) == 0)
  }

  @Test("Any swift-metrics backend will do")
  func anyBackend() async throws {
    let backend = TestMetrics()
    let cell = RuntimeCell(
      name: "faiss", configuration: CellConfiguration(observers: [CellMetricsObserver(factory: backend)])
    ) { 7 }
    _ = try await cell.lease()
    await cell.observersCaughtUp()
    #expect(
      try backend.expectCounter("runtime_cell_init_total", [("cell", "faiss"), ("status", "success")]).totalValue == 1)
    #expect(try backend.expectTimer("runtime_cell_init_seconds", [("cell", "faiss")]).values.count == 1)
  }

  @Test("With compat names the drafts' metrics agree with ours; without them they are absent")
  func compatNames() async throws {
    let (world, plain) = (try World(compatNames: true), try World())
    let cells = CellRegistry()
    for (name, configuration) in [("new", world.configuration([plain.metrics]))] {
      let cell = RuntimeCell(name: name, configuration: configuration) { 7 }
      try cells.register(cell)
      _ = try await cell.lease()
      await cell.observersCaughtUp()
    }
    world.registry.add(try CellSnapshotCollector(compatNames: true) { cells.snapshot() })
    plain.registry.add(try CellSnapshotCollector { cells.snapshot() })
    #expect(world.registry.snapshot().value("runtime_cell_active", "new") == .gauge(1))
    #expect(world.registry.snapshot().value("runtime_cell_state", "new") == .gauge(2))
    try await cells.closeAll()
    for cell in cells.iterate() { await (cell as? RuntimeCell<Int>)?.observersCaughtUp() }
    #expect(world.count(.initializationsTotal, "new") == 1)
    #expect(world.count(.initSucceededTotal, "new") == 1)
    #expect(world.count(.initFailedTotal, "new") == 0)
    #expect(world.count(.closuresTotal, "new") == 1)
    #expect(world.observations(.initLatencyMs, "new") == 1)
    #expect(world.registry.snapshot().value("runtime_cell_state", "new") == .gauge(0))
    let names = Set(plain.registry.snapshot().families.map(\.descriptor.name))
    #expect(names.isDisjoint(with: CellMetric.all.filter(\.isCompat).map(\.name)))
  }

  @Test("Every metric of the contract is legal and can be described beside all others")
  func contract() throws {
    let registry = PrometheusRegistry()
    try registry.describeCellMetrics(compatNames: true)
    try registry.describeCellMetrics()
    #expect(Set(CellMetric.all.map(\.name)).count == CellMetric.all.count)
  }
}
