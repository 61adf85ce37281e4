import CellContract
import Lifespan
import Logging
import RuntimeCells
import RuntimeCellsTesting
import ServiceLifecycle
import ServiceLifecycleTestKit
import Synchronization
import Testing

/// Noticing and publishing a new index generation (design decision D19, section 4).
@Suite struct IndexWatcherTests {
  struct Broken: Error {}

  private final class Index: Sendable {
    struct State {
      var served: UInt64? = 1
      var available: UInt64? = 1
      var isAllowed = true
      var isBroken = false
      var reloads = 0
    }
    let state = Mutex(State())
    let journal = Journal()
    let readiness = Readiness(snapshots: { [] })
    let clock = ManualClock()

    init() { readiness.enter(.ready) }

    func set(_ change: (inout State) -> Void) { state.withLock { change(&$0) } }
    var limits: [String] { readiness.report().limits }
    var reloads: Int { state.withLock { $0.reloads } }

    func watcher(interval: Duration? = .seconds(10), logger: Logger = Bench.logger) -> IndexWatcher {
      IndexWatcher(
        reloader: IndexReloader(
          served: { self.state.withLock { $0.served } },
          available: {
            self.journal.note("look")
            return self.state.withLock { $0.available }
          },
          isAllowed: { self.state.withLock { $0.isAllowed } },
          reload: {
            try self.state.withLock { state -> UInt64? in
              state.reloads += 1
              if state.isBroken { throw Broken() }
              state.served = state.available
              return state.served
            }
          }),
        readiness: readiness, interval: interval, clock: CellClock(clock), logger: logger)
    }
  }

  @Test func `a newer generation is published once`() async {
    let index = Index()
    let watcher = index.watcher()
    #expect(await watcher.look(again: false) == .unchanged)
    index.set { $0.available = 2 }
    #expect(await watcher.look(again: false) == .reloaded(from: 1, to: 2))
    #expect(await watcher.look(again: false) == .unchanged)
    #expect(index.reloads == 1)
    #expect(index.limits.isEmpty)
  }

  @Test func `without the guard it is a limit, readyz stays ready, and the limit goes when CURRENT goes back`() async {
    let index = Index()
    let watcher = index.watcher()
    index.set {
      $0.available = 8
      $0.isAllowed = false
    }
    #expect(await watcher.look(again: false) == .notAllowed(available: 8))
    #expect(index.limits == ["generation 8 available, swap not allowed"])
    #expect(index.readiness.isReady())
    #expect(index.reloads == 0)
    index.set { $0.available = 1 }
    #expect(await watcher.look(again: false) == .unchanged)
    #expect(index.limits.isEmpty)
  }

  @Test func `a refusal is logged once for each generation, and each time that somebody asked`() async {
    let index = Index()
    let log = LogLines()
    let watcher = index.watcher(logger: log.logger)
    await watcher.look(again: true)
    #expect(log.all == ["info index not reloaded: it is the newest"])
    index.set {
      $0.available = 8
      $0.isAllowed = false
    }
    for again in [false, false, true] { await watcher.look(again: again) }
    index.set { $0.available = 9 }
    await watcher.look(again: false)
    #expect(
      log.all.dropFirst() == [
        "warning index not reloaded: generation 8 available, swap not allowed",
        "warning index not reloaded: generation 8 available, swap not allowed",
        "warning index not reloaded: generation 9 available, swap not allowed",
      ])
  }

  @Test func `a generation that cannot be loaded is a limit, and is tried again only when asked for`() async {
    let index = Index()
    let watcher = index.watcher()
    index.set {
      $0.available = 2
      $0.isBroken = true
    }
    #expect(await watcher.look(again: false) == .failed)
    #expect(await watcher.look(again: false) == .failed)
    #expect(index.reloads == 1)
    #expect(index.limits.first?.hasPrefix("generation 2 could not be loaded") == true)
    #expect(index.limits.first?.hasSuffix("generation 1 still serves") == true)
    index.set { $0.isBroken = false }
    #expect(await watcher.look(again: true) == .reloaded(from: 1, to: 2))
    #expect(index.limits.isEmpty)
  }

  @Test func `a newer one is tried although the one before it failed`() async {
    let index = Index()
    let watcher = index.watcher()
    index.set {
      $0.available = 2
      $0.isBroken = true
    }
    await watcher.look(again: false)
    index.set {
      $0.available = 3
      $0.isBroken = false
    }
    #expect(await watcher.look(again: false) == .reloaded(from: 1, to: 3))
  }

  @Test func `nothing is opened when no generation is served yet`() async {
    let index = Index()
    index.set {
      $0.served = nil
      $0.available = 2
    }
    #expect(await index.watcher().look(again: true) == .unchanged)
    #expect(index.reloads == 0)
  }

  @Test func `it looks at each interval and at once when asked, and parks until the shutdown`() async throws {
    let index = Index()
    let watcher = index.watcher()
    try await testGracefulShutdown { trigger in
      async let run: Void = watcher.run()
      await index.clock.sleepers(1)
      #expect(index.journal.entries.isEmpty)
      index.clock.advance(by: .seconds(10))
      await index.journal.has("look")
      await index.clock.sleepers(1)
      watcher.reloadNow()
      await index.journal.has("look", times: 2)
      trigger.triggerGracefulShutdown()
      try await run
    }
    #expect(index.journal.entries.count == 2)
  }
}
