import CellContract
import Lifespan
import RuntimeCells
import RuntimeCellsTesting
import ServiceLifecycle
import Testing

/// The order in which a whole process starts and stops.
@Suite struct LifespanGroupTests {
  /// A service that notes when it starts and when it is told to stop, and stops when it may.
  private struct Probe: Service {
    let name: String
    let journal: Journal
    var onStart: @Sendable () -> Void = {}
    var mayStop: Gate?

    func run() async throws {
      journal.note("start \(name)")
      onStart()
      try await gracefulShutdown()
      journal.note("stop \(name)")
      if let mayStop { try? await mayStop.pass() }
      journal.note("stopped \(name)")
    }
  }

  private struct World {
    let bench = Bench()
    let signals: AsyncStream<ProcessSignal>
    let send: AsyncStream<ProcessSignal>.Continuation
    let readiness: Readiness
    let group: LifespanGroup

    init(delay: Duration, stop: Gate? = nil, reloader: IndexReloader? = nil) throws {
      (signals, send) = AsyncStream.makeStream(of: ProcessSignal.self)
      let bench = bench
      let cell = try bench.cell("a")
      let readiness = Readiness(required: ["a"], snapshots: { bench.registry.snapshot() })
      let listening = Listening()
      let clock = CellClock(bench.clock)
      let watcher = reloader.map {
        IndexWatcher(reloader: $0, readiness: readiness, interval: nil, clock: clock, logger: Bench.logger)
      }
      self.readiness = readiness
      group = LifespanGroup(
        background: [Probe(name: "exporter", journal: bench.journal)],
        lifespan: LifespanService(
          readiness: readiness,
          preloader: try bench.preloader(
            PreloadPlan(items: [.init(name: "a", deadline: .seconds(1000))]), [Bench.target(cell)]),
          listening: listening, close: { try await bench.registry.shutdown(silent: false) },
          lastSteps: [.init("flush") { bench.journal.note("flush") }], logger: Bench.logger),
        watchers: watcher.map { [$0] } ?? [], watcher: watcher,
        listeners: [
          Probe(name: "http", journal: bench.journal, onStart: { listening.began() }, mayStop: stop)
        ],
        gate: DrainGate(readiness: readiness, delay: delay, clock: clock, logger: Bench.logger), drainLimit: nil,
        clock: clock, logger: Bench.logger)
    }
  }

  @Test func `SIGTERM: not ready first, then the delay, the listener, the cells, the telemetry, the background`()
    async throws
  {
    let world = try World(delay: .seconds(5))
    let bench = world.bench
    async let life: Void = world.group.run(signals: world.signals, leave: { _ in bench.journal.note("left") })
    try await world.readiness.reached(.ready)
    #expect(world.readiness.isReady())
    world.send.yield(.stop(exitCode: 143))
    try await world.readiness.reached(.draining)
    #expect(!world.readiness.isReady())
    await bench.clock.sleepers(1)
    #expect(bench.journal.count(of: "stop http") == 0)
    bench.clock.advance(by: .seconds(5))
    try await life
    #expect(
      bench.journal.entries.filter { !$0.hasPrefix("start") } == [
        "make a", "stop http", "stopped http", "dispose a", "flush", "stop exporter", "stopped exporter",
      ])
    #expect(world.readiness.phase == .stopped)
  }

  @Test func `a second signal leaves at once with the code of the signal`() async throws {
    let stop = Gate()
    let world = try World(delay: .zero, stop: stop)
    let journal = world.bench.journal
    async let life: Void = world.group.run(
      signals: world.signals,
      leave: { code in
        journal.note("left \(code)")
        stop.open()
      })
    try await world.readiness.reached(.ready)
    world.send.yield(.stop(exitCode: 143))
    await journal.has("stop http")
    world.bench.clock.advance(by: .milliseconds(250))
    world.send.yield(.stop(exitCode: 130))
    await journal.has("left 130")
    try await life
  }

  @Test func `the echo of a signal is no second one`() async throws {
    let journal = Journal()
    let world = try World(delay: .zero)
    async let life: Void = world.group.run(signals: world.signals, leave: { journal.note("left \($0)") })
    try await world.readiness.reached(.ready)
    // As `timeout` sends it: to the process and to its group.
    world.send.yield(.stop(exitCode: 143))
    world.bench.clock.advance(by: .milliseconds(249))
    world.send.yield(.stop(exitCode: 143))
    try await life
    #expect(journal.entries.filter { $0.hasPrefix("left") }.isEmpty)
  }

  @Test func `a start that failed stops the others in their order, without the delay, and is told`() async throws {
    let bench = Bench()
    let cell = try bench.cell("a")
    bench.setBroken("a")
    let readiness = Readiness(required: ["a"], snapshots: { bench.registry.snapshot() })
    let listening = Listening()
    let clock = CellClock(bench.clock)
    let group = LifespanGroup(
      lifespan: LifespanService(
        readiness: readiness,
        preloader: try bench.preloader(
          PreloadPlan(items: [.init(name: "a", deadline: .seconds(1000))]), [Bench.target(cell)]),
        listening: listening, close: { try await bench.registry.shutdown(silent: false) }, logger: Bench.logger),
      // A probe that is cancelled throws before it notes that it stops.
      listeners: [Probe(name: "http", journal: bench.journal, onStart: { listening.began() })],
      // Nobody moves the clock: a delay would never end.
      gate: DrainGate(readiness: readiness, delay: .seconds(5), clock: clock, logger: Bench.logger), drainLimit: nil,
      clock: clock, logger: Bench.logger)
    let (signals, _) = AsyncStream.makeStream(of: ProcessSignal.self)
    let error = await #expect(throws: LifespanError.self) { try await group.run(signals: signals, leave: { _ in }) }
    #expect(error == LifespanError(.preloadFailed, ""))
    #expect(bench.journal.entries.suffix(2) == ["stop http", "stopped http"])
    #expect(readiness.phase == .stopped)
  }

  @Test func `SIGHUP looks for a new generation`() async throws {
    let journal = Journal()
    let world = try World(
      delay: .zero,
      reloader: IndexReloader(
        served: { 1 }, available: { 2 }, isAllowed: { true },
        reload: {
          journal.note("reload")
          return 2
        }))
    async let life: Void = world.group.run(signals: world.signals, leave: { _ in })
    try await world.readiness.reached(.ready)
    world.send.yield(.reload)
    await journal.has("reload")
    world.send.yield(.stop(exitCode: 143))
    try await life
  }

  @Test func `a listener that cannot start ends the process, and the cells are closed`() async throws {
    struct Refused: Error {}
    struct Listener: Service {
      func run() async throws { throw Refused() }
    }
    let bench = Bench()
    let cell = try bench.cell("a")
    let readiness = Readiness(snapshots: { bench.registry.snapshot() })
    let group = LifespanGroup(
      lifespan: LifespanService(
        readiness: readiness, preloader: try bench.preloader(PreloadPlan(), []), listening: Listening(),
        close: { try await bench.registry.shutdown(silent: false) }, logger: Bench.logger),
      listeners: [Listener()],
      gate: DrainGate(readiness: readiness, delay: .seconds(5), clock: CellClock(bench.clock), logger: Bench.logger),
      logger: Bench.logger)
    let (signals, _) = AsyncStream.makeStream(of: ProcessSignal.self)
    await #expect(throws: Refused.self) { try await group.run(signals: signals, leave: { _ in }) }
    #expect(cell.snapshot().detail == .shutDown)
    #expect(readiness.phase == .stopped)
  }
}
