import CellContract
import Lifespan
import RuntimeCells
import RuntimeCellsTesting
import ServiceLifecycle
import ServiceLifecycleTestKit
import Testing

/// The engine's life: listen, preload, serve, close, whatever happened.
@Suite struct LifespanServiceTests {
  private func service(
    _ bench: Bench, _ readiness: Readiness, preload: [RuntimeCell<String>] = [], optional: Bool = false,
    listening: Listening? = nil
  ) throws -> LifespanService {
    let plan = PreloadPlan(items: preload.map { .init(name: $0.name, isRequired: !optional) })
    return LifespanService(
      readiness: readiness, preloader: try bench.preloader(plan, preload.map { Bench.target($0) }),
      listening: listening,
      close: {
        bench.journal.note("close")
        try await bench.registry.shutdown(silent: false)
      },
      lastSteps: [.init("flush") { bench.journal.note("flush") }],
      onPreload: { bench.journal.note("preloaded \($0.items.count)") }, logger: Bench.logger)
  }

  private func readiness(_ bench: Bench, required: Set<String> = []) -> Readiness {
    Readiness(required: required, snapshots: { bench.registry.snapshot() })
  }

  @Test func `preload begins when the listener is bound, ready comes after it, close and flush come last`() async throws
  {
    let bench = Bench()
    let cell = try bench.cell("a")
    let gate = bench.gate("a")
    let readiness = readiness(bench, required: ["a"])
    let listening = Listening()
    let service = try service(bench, readiness, preload: [cell], listening: listening)
    try await testGracefulShutdown { trigger in
      async let life: Void = service.run()
      #expect(readiness.phase == .starting)
      #expect(bench.journal.entries.isEmpty)
      listening.began()
      await bench.journal.has("make a")
      #expect(readiness.phase == .preloading)
      #expect(!readiness.isReady())
      gate.open()
      try await readiness.reached(.ready)
      #expect(readiness.isReady())
      trigger.triggerGracefulShutdown()
      try await life
    }
    #expect(readiness.phase == .stopped)
    #expect(bench.journal.entries == ["make a", "preloaded 1", "close", "dispose a", "flush"])
    #expect(cell.snapshot().detail == .shutDown)
  }

  @Test func `an empty preload set initialises nothing and is ready at once`() async throws {
    let bench = Bench()
    try bench.cell("a")
    let readiness = readiness(bench)
    let service = try service(bench, readiness)
    try await testGracefulShutdown { trigger in
      async let life: Void = service.run()
      try await readiness.reached(.ready)
      #expect(readiness.isReady())
      #expect(readiness.report().cells.first?.check == .cold)
      trigger.triggerGracefulShutdown()
      try await life
    }
    #expect(bench.journal.entries == ["preloaded 0", "close", "flush"])
  }

  @Test func `a required cell that fails ends the start: rolled back, closed, flushed, told`() async throws {
    let bench = Bench()
    let model = try bench.cell("model")
    let engine = try bench.cell("engine", needs: model)
    bench.setBroken("engine")
    let readiness = readiness(bench, required: ["engine"])
    let service = try service(bench, readiness, preload: [engine])
    let error = await #expect(throws: LifespanError.self) { try await service.run() }
    #expect(error?.code == .preloadFailed)
    #expect(error?.cells == ["engine"])
    #expect(
      bench.journal.entries == ["make engine", "make model", "dispose model", "preloaded 1", "close", "flush"])
    #expect(readiness.phase == .stopped)
    #expect(readiness.report().reasons.first?.contains("engine") == true)
  }

  @Test func `an optional cell that fails is a limit of a ready service`() async throws {
    let bench = Bench()
    let cell = try bench.cell("a")
    bench.setBroken("a")
    let readiness = readiness(bench)
    let service = try service(bench, readiness, preload: [cell], optional: true)
    try await testGracefulShutdown { trigger in
      async let life: Void = service.run()
      try await readiness.reached(.ready)
      #expect(readiness.isReady())
      #expect(readiness.report().limits.first?.hasPrefix("a: preload failed") == true)
      trigger.triggerGracefulShutdown()
      try await life
    }
  }

  @Test func `a shutdown during the preload gives it up, closes everything and is no failure`() async throws {
    let bench = Bench()
    let cell = try bench.cell("a")
    let gate = bench.gate("a")
    let readiness = readiness(bench, required: ["a"])
    let service = try service(bench, readiness, preload: [cell])
    try await testGracefulShutdown { trigger in
      async let life: Void = service.run()
      await bench.journal.has("make a")
      trigger.triggerGracefulShutdown()
      try await life
    }
    gate.open()
    #expect(readiness.phase == .stopped)
    #expect(bench.journal.entries.suffix(2) == ["close", "flush"])
    #expect(cell.snapshot().live == 0)
  }

  @Test func `a cancelled life still closes everything in order`() async throws {
    let bench = Bench()
    let model = try bench.cell("model")
    let engine = try bench.cell("engine", needs: model)
    let readiness = readiness(bench)
    let service = try service(bench, readiness, preload: [engine])
    let task = Task { try await service.run() }
    try await readiness.reached(.ready)
    task.cancel()
    try await task.value
    #expect(bench.journal.entries.suffix(4) == ["close", "dispose engine", "dispose model", "flush"])
  }

  @Test func `a preload that ends while the process drains does not make it ready again`() async throws {
    let bench = Bench()
    let cell = try bench.cell("a")
    let gate = bench.gate("a")
    let readiness = readiness(bench)
    let service = try service(bench, readiness, preload: [cell])
    try await testGracefulShutdown { trigger in
      async let life: Void = service.run()
      await bench.journal.has("make a")
      readiness.enter(.draining)
      gate.open()
      await bench.journal.has("preloaded 1")
      #expect(readiness.phase == .draining)
      trigger.triggerGracefulShutdown()
      try await life
    }
  }
}
