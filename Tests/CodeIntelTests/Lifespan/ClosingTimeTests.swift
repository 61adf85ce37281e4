import CellContract
import CodeIntel
import EngineTesting
import Lifespan
import Logging
import RuntimeCells
import RuntimeCellsTesting
import Synchronization
import Testing

/// `CODEINTEL_DRAIN_SECONDS` bounds the closing of cells too.
@Suite(.timeLimit(.minutes(5))) struct ClosingTimeTests {
  @Test func `a cell that somebody holds is waited for as long as the shutdown has left`() async throws {
    let tree = try TemporaryTree()
    let clock = ManualClock()
    let settings = try Settings.load(
      environment: [
        "CODEINTEL_INDEX": tree.index, "CODEINTEL_LAME_DUCK_SECONDS": "0", "CODEINTEL_DRAIN_SECONDS": "2",
        "CODEINTEL_INDEX_WATCH_SECONDS": "0",
      ]
    ).settings
    var factories = ContextFactories.live
    factories.embedder = { _ in HashingEmbedder() }
    let context = try ApplicationContext(
      settings: settings, factories: factories, cells: CellConfiguration(clock: CellClock(clock)))
    let life = try EngineLifespan(
      context: context, authority: nil, logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    let (held, release) = AsyncStream.makeStream(of: Void.self)
    let (begun, begin) = AsyncStream.makeStream(of: Void.self)
    async let holder: Void = context.embedder.withValue { _ in
      begin.finish()
      for await _ in held {}
    }
    for await _ in begun {}
    let (signals, send) = AsyncStream.makeStream(of: ProcessSignal.self)
    let ended = Flag()
    let running = Task {
      defer { ended.set() }
      try await life.group(listeners: [], waitsForListener: false).run(signals: signals, leave: { _ in })
    }
    try await life.readiness.reached(.ready)
    send.yield(.stop(exitCode: 143))
    // Closes sleep on this clock until their deadline. Some steps, because other cells' may still be about to wake; all of
    // them together are less than the thirty seconds that a cell may have.
    for _ in 0..<10 {
      while clock.sleeperCount == 0 && !ended.isSet { await Task.yield() }
      clock.advance(by: .seconds(2))
    }
    await #expect(throws: CellError(.closeIncomplete, cell: "", message: "")) { try await running.value }
    release.finish()
    try await holder
  }

  private final class Flag: Sendable {
    private let state = Mutex(false)
    var isSet: Bool { state.withLock { $0 } }
    func set() { state.withLock { $0 = true } }
  }
}
