import CellContract
import CellTelemetry
import ExternalTools
import Logging
import PrometheusMetrics
import RuntimeCells
import RuntimeCellsTesting
import Testing

@Suite("Seeds, swaps, gates and leaks")
struct CellReplacementTests {
  /// A cell that may be seeded and swapped, its metrics and its log lines.
  private struct Stage {
    let world: World
    let sink = MemorySink()
    let log: CellLogObserver
    let authority = SwapAuthority()
    let cell: RuntimeCell<Int>

    init(gate: GateLimits? = nil) throws {
      world = try World()
      let sink = sink
      log = CellLogObserver(
        logger: Logger(label: "cells") { JSONLinesLogHandler(label: $0, sink: sink) }, factory: world.factory)
      var configuration = world.configuration([log])
      configuration.environment = CellEnvironment(["KGFOUNDRY_ALLOW_RUNTIME_SWAP": "1"])
      configuration.swapAuthority = authority
      configuration.gate = gate
      cell = RuntimeCell(name: "faiss", configuration: configuration) { 7 }
    }

    func lines(_ event: String) async -> [String] {
      await cell.observersCaughtUp()
      #expect(await log.flush(within: .seconds(3600)))
      return sink.lines.filter { $0.contains("\"message\":\"\(event)\"") }
    }
  }

  @Test("A seed is counted by the guard that allowed it, and logged as a warning with its place")
  func seed() async throws {
    let stage = try Stage()
    _ = try withSeedingAllowed { try stage.cell.seed(1) }
    let lines = await stage.lines("runtime_cell_seeded")
    #expect(lines.count == 1)
    #expect(lines.first?.contains("\"level\":\"warning\"") == true)
    #expect(
      lines.first?.contains("\"source\":\"test_scope\",\"stack\":\"CellTelemetryTests/CellReplacementTests.swift:")
        == true)
    #expect(stage.world.count(.seedTotal, "faiss", "test_scope") == 1)
    #expect(stage.world.count(.seedTotal, "faiss", "env") == 0)
    #expect(stage.world.count(.initTotal, "faiss", "success") == 0)
  }

  @Test("Swaps are counted, timed and logged, the failed ones too")
  func swaps() async throws {
    let stage = try Stage()
    try await stage.cell.withValue { #expect($0 == 7) }
    let permit = stage.authority.permit(reason: "test")
    try await stage.cell.swap(permit: permit, factory: .blocking { 8 })
    var options = SwapOptions()
    options.maxAttempts = 1
    await #expect(throws: CellError(.swapFailed, cell: "", message: "")) {
      try await stage.cell.swap(permit: permit, options: options, factory: .blocking { throw Broken() })
    }
    let won = await stage.lines("runtime_cell_swap_success")
    let lost = await stage.lines("runtime_cell_swap_failure")
    #expect(won.count == 1 && lost.count == 1)
    #expect(won.first?.contains("\"from\":1") == true && won.first?.contains("\"to\":2") == true)
    #expect(lost.first?.contains("\"level\":\"error\"") == true)
    #expect(lost.first?.contains("\"problem\":{") == true)
    #expect(stage.world.count(.swapTotal, "faiss", "success") == 1)
    #expect(stage.world.count(.swapTotal, "faiss", "error") == 1)
    #expect(stage.world.observations(.swapSeconds, "faiss") == 2)
  }

  @Test("A caller turned away at the gate is counted and logged")
  func gate() async throws {
    let stage = try Stage(gate: GateLimits(maxConcurrency: 1, maxQueue: 0))
    _ = try await stage.cell.withValue { _ in
      await #expect(throws: CellError(.overloaded, cell: "", message: "")) {
        try await stage.cell.withValue { #expect($0 == 7) }
      }
    }
    #expect(await stage.lines("runtime_cell_gate_overloaded").count == 1)
    #expect(stage.world.count(.gateOverloadedTotal, "faiss") == 1)
  }

  @Test("A close that finds leases at its deadline is a leak and an error")
  func leak() async throws {
    let stage = try Stage()
    let lease = try await stage.cell.lease()
    await #expect(throws: CellError(.deadlineExceeded, cell: "", message: "")) {
      try await stage.cell.close(deadline: .zero)
    }
    lease.release()
    let lines = await stage.lines("runtime_cell_lease_leak")
    #expect(lines.first?.contains("\"holders\":1") == true)
    #expect(stage.world.count(.leaseLeakTotal, "faiss") == 1)
    #expect(stage.world.count(.closeTotal, "faiss", "error") == 1)
    #expect(await stage.lines("runtime_cell_closed").first?.contains("\"outcome\":\"deadline_exceeded\"") == true)
  }

  @Test(
    "The lines of all these events pass the JSON Schema",
    .enabled(
      if: ExternalTool.python(importing: "jsonschema") != nil,
      "PyPI's jsonschema is not installed: run \(ExternalTool.provider)"))
  func schema() async throws {
    let sink = MemorySink()
    let world = try World()
    let log = CellLogObserver(
      logger: Logger(label: "cells") { JSONLinesLogHandler(label: $0, sink: sink) }, factory: world.factory)
    let (one, two) = (CellGeneration(1), CellGeneration(2))
    let swap = CellEvent.Swapping(from: one, to: two, attempts: 1, duration: .seconds(1), error: nil)
    let kinds: [CellEvent.Kind] = [
      .seeded(.init(generation: one, source: .environment, stack: "A/b.swift:1")), .swapSucceeded(swap),
      .swapFailed(.init(from: one, to: nil, attempts: 3, duration: .zero, error: Broken())),
      .rolledBack(.init(from: two, to: CellGeneration(3), restores: one)),
      .leaseLeak(generation: one, holders: 2, sites: ["App/Main.swift:7"]),
      .gateOverloaded(retryAfter: .milliseconds(20)),
    ]
    for (index, kind) in kinds.enumerated() {
      log.observe(CellEvent(cell: "faiss", sequence: UInt64(index + 1), kind: kind))
    }
    #expect(await log.flush(within: .seconds(3600)))
    #expect(sink.lines.count == kinds.count)
    try await LogSchema.expectValid(sink.lines)
  }
}
