internal import CellContract

/// Keeps the cells of a process within its memory.
///
/// ```swift
/// let governor = try MemoryGovernor(source: .linux)
/// var configuration = CellConfiguration(memory: .init(governor: governor, footprint: 2 << 30))
/// let index = RuntimeCell(name: "faiss", configuration: configuration) { try FaissIndex(reading: path) }
/// governor.start()
/// ```
///
/// It does two things. *Admission*: a cell that declares what its payload takes starts its factory only when that fits
/// into the budget beside all other declared payloads and into what the last reading left; others wait in the order in
/// which they came, for ``MemoryPolicy/admissionDeadline`` at most. *Relief*: while readings say that memory is short, new
/// payloads are paused and idle cells are closed, until readings are well below the mark again.
///
/// Give it to a cell's configuration; it knows its cells weakly.
public final class MemoryGovernor: Sendable {
  let policy: MemoryPolicy
  let source: MemorySource
  let clock: CellClock
  /// Reads and decides, one thing at a time: files are never read on the cooperative pool.
  let thread: DedicatedThreads
  let state: Guarded<State>

  struct Known: Sendable {
    weak var cell: (any GovernedCell)?
    var lastUse: Duration
    /// It was asked to close and has not done so.
    var isClosing = false
  }

  struct State: Sendable {
    var ledger: AdmissionLedger
    var cells: [ObjectIdentifier: Known] = [:]
    var reading: MemoryReading?
    var readingError: String?
    var closedForRoom: UInt64 = 0
    var refused: UInt64 = 0
    /// Factories that are being measured, and how many ever were.
    var metered = 0
    var meterings: UInt64 = 0
    var poller: Task<Void, Never>?
    /// Fire the deadlines of requests that wait, by their number.
    var timers: [UInt64: Task<Void, Never>] = [:]
    var isRelieving = false
  }

  /// Makes a governor that knows no reading yet.
  ///
  /// - Parameters:
  ///   - source: where readings come from.
  ///   - clock: the time in which readings are taken and requests wait.
  /// - Throws: ``CellError`` with `invalidArgument` for a policy that makes no sense.
  public init(policy: MemoryPolicy = MemoryPolicy(), source: MemorySource, clock: CellClock = .continuous) throws {
    if let flaw = policy.flaw {
      throw CellError(.invalidArgument, cell: "", message: "The memory policy makes no sense: \(flaw).")
    }
    self.policy = policy
    self.source = source
    self.clock = clock
    thread = DedicatedThreads(name: "cell-memory", count: 1)
    var ledger = AdmissionLedger()
    ledger.budget = policy.budget
    state = Guarded(State(ledger: ledger))
  }

  deinit { state.withLock { $0.poller }?.cancel() }

  /// Takes readings from now on, one every ``MemoryPolicy/interval``. May be repeated.
  public func start() {
    state.withLock { state in
      guard state.poller == nil else { return }
      state.poller = Task.detached { [weak self, clock, interval = policy.interval] in
        while !Task.isCancelled {
          // A source that fails is noted in the snapshot; the last reading stands.
          _ = try? await self?.sample()
          do { try await clock.sleep(for: interval) } catch { return }
        }
      }
    }
  }

  /// Takes no more readings by itself.
  public func stop() {
    let poller = state.withLock { $0.poller.take() }
    poller?.cancel()
  }

  /// Takes a reading now and acts on it; returns when that is done, but for the closes that it has begun.
  ///
  /// - Throws: what the source throws; the last reading then stands.
  @discardableResult
  public func sample() async throws -> MemoryReading { try await thread.run { [self] in try take() } }

  /// The governor as it is now.
  public func snapshot() -> MemoryGovernorSnapshot {
    state.withLock { state in
      MemoryGovernorSnapshot(
        reading: state.reading, readingError: state.readingError, isPaused: state.ledger.isPaused,
        budget: state.ledger.budget, held: state.ledger.held, waiting: state.ledger.queue.count,
        cells: state.cells.count, closedForRoom: state.closedForRoom, refused: state.refused)
    }
  }
}
