import CellConformance
import CellContract

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A cell made of one mutex and one condition: callers run the factory themselves, everybody else sleeps on the condition.
///
/// Correct without a defect; each defect changes one line of it. No lock is held while foreign code runs.
package final class LockCell: @unchecked Sendable {
  // @unchecked: all variables are read and written under `monitor`, except by the defects that forget it.
  final class Entry: @unchecked Sendable {
    // @unchecked: the variables are read and written under the monitor of the cell that holds the entry.
    let probe: Probe
    var generation: UInt64
    let wasSeeded: Bool
    var users = 0
    /// When the swap that replaces it began.
    var swapBegun = Duration.zero
    var isRetired = false
    /// The last user disposes it.
    var isOrphaned = false
    /// Out of reach, and not disposed.
    var isDraining = false
    /// What only defects use: out of reach already when a swap replaced it.
    var wasTaken = false

    init(_ probe: Probe, generation: UInt64, wasSeeded: Bool = false) {
      self.probe = probe
      self.generation = generation
      self.wasSeeded = wasSeeded
    }
  }

  final class Flight: @unchecked Sendable {
    // @unchecked: the variables are written under the monitor of the cell. Its own thread also reads `isClosed` and `result`
    // outside of it, when the flight is over and nobody writes them any more.
    let thread = pthread_self()
    var result: Result<Entry, any Error>?
    var isClosed = false
    /// Nobody runs it any more.
    var isOver = false
    // What only a defect uses.
    var queued = 0
    var failedAfterClose = false
    let begun: Duration
    init(begun: Duration) { self.begun = begun }
  }

  enum State {
    case empty
    case building(Flight)
    case ready(Entry)
  }

  let name: String
  let world: CellWorld
  let defect: Defect?
  let shared: SharedState
  let monitor: Monitor
  var state = State.empty
  /// The flight whose factory has not returned, closed or not.
  var running: Flight?
  var generation: UInt64 = 0
  var attempts: UInt64 = 0
  var isSwapping = false
  var events: [CellEvent] = []
  var sequence: UInt64 = 0
  var isTelling = false
  let gate: LockGate?
  let failurePlan: FailurePlan?
  var cooling: (until: Duration, cause: any Error)?
  var fixed: (any Error)?
  var failuresInRow = 0
  var isShutDown = false
  /// The payload before the last swap, while its probation lasts.
  var kept: Entry?
  var keptAlarm: WorldAlarm?
  /// The cells that factories of this one asked for.
  var needs: Set<String> = []
  var built: UInt64 = 0
  var disposedCount: UInt64 = 0
  /// How many payloads are out of reach and not disposed. With the one in place or being made never more than two.
  var draining = 0
  var lastDisposeError: String?
  // What only defects use.
  var grave: Entry?
  private let leak = ThreadLeak()
  var last: Entry?
  var lastFailure: (any Error)?
  var firstFactory: ProbeFactory?
  var failures = 0
  var wasClosed = false
  var flightWasClosed = false
  var wasSeeded = false
  var drawnNumber: UInt64?
  let guardAtCreation: Bool
  let swapGuardAtCreation: Bool
  /// The payload before the last swap.
  var replaced: Entry?

  /// What defects share between cells that should share nothing.
  final class SharedState: @unchecked Sendable {
    // @unchecked: used under the monitor only.
    let monitor = Monitor()
    var entry: Entry?
    var cells: [LockCell] = []
    var loaders = 0
  }

  init(name: String, world: CellWorld, defect: Defect?, shared: SharedState, plan: CellPlan = .standard) {
    self.name = name
    if case .gate(let gatePlan) = plan {
      gate = LockGate(gatePlan, cell: name, world: world, defect: defect)
    } else {
      gate = nil
    }
    if case .failure(let failurePlan) = plan { self.failurePlan = failurePlan } else { failurePlan = nil }
    self.world = world
    self.defect = defect
    self.shared = shared
    monitor = defect == .globalLock ? shared.monitor : Monitor()
    guardAtCreation = SeedGuard.isOpen(world.environment(SeedGuard.variable))
    swapGuardAtCreation = SeedGuard.isOpen(world.environment(SwapGuard.variable))
    if defect == .closeClosesAll || defect == .failureSpreads { shared.monitor.locked { shared.cells.append(self) } }
  }

  deinit {
    leak.end()
    // What these leave in place was disposed already, or never shall be.
    guard defect != .droppedCellLeaks, defect != .neverDisposes, defect != .swapDisposesNew else { return }
    if case .ready(let entry) = state { try? entry.probe.close() }
    if let kept { try? kept.probe.close() }
  }

  /// What the defect of that name does at each flight.
  func leakThread() { leak.begin() }

  func error(_ code: CellError.Code, _ message: String, underlying: (any Error)? = nil) -> CellError {
    let isNameless = defect == .errorWithoutName || (defect == .refusalWithoutName && code != .initializationFailed)
    return CellError(
      code, cell: isNameless ? "" : name, message: message,
      underlying: defect == .dropsUnderlying ? nil : underlying)
  }

  /// Only inside the monitor.
  func wakeAll() {
    if defect == .notifyOne { monitor.signalOne() } else { monitor.broadcast() }
  }

  // MARK: - Looking

  func peek() -> Probe? {
    if defect == .peekAlwaysNil { return nil }
    if let factory = monitor.locked({ peekedFactory }) { return try? acquire(factory).probe }
    return monitor.locked { () -> Probe? in
      if defect == .sharesPayload, let entry = shared.entry { return entry.probe }
      if defect == .swapHidesPeek, isSwapping { return nil }
      if defect == .peekStaleAfterSwap, let replaced { return replaced.probe }
      if defect == .peekIgnoresState, case .building = state { return last?.probe }
      if case .ready(let entry) = state { return entry.probe }
      if defect == .shutdownKeepsPayload, isShutDown { return last?.probe }
      return nil
    }
  }

  /// What only a defect calls from peek().
  private var peekedFactory: ProbeFactory? {
    guard case .empty = state else { return defect == .peekRebuilds ? firstFactory : nil }
    return switch defect {
    case .peekRebuilds: firstFactory
    case .peekRetriesFailure where failures > 0: firstFactory
    case .peekRestartsClosed where flightWasClosed && running == nil: firstFactory
    default: nil
    }
  }

  /// Only inside the monitor.
  func drains(_ entry: Entry) {
    guard !entry.isDraining, defect != .disposeUnderLock, defect != .thirdPayload else { return }
    entry.isDraining = true
    draining += 1
  }

  /// A payload that was out of reach is disposed. Not inside the monitor.
  func gone(_ entry: Entry) {
    guard defect != .disposeUnderLock else { return }
    monitor.locked {
      guard entry.isDraining else { return }
      entry.isDraining = false
      draining -= 1
      monitor.broadcast()
    }
  }

  /// Disposes a payload and counts it. Not inside the monitor.
  func disposeProbe(_ probe: Probe) throws {
    defer { monitor.locked { disposedCount += 1 } }
    try probe.close()
  }

  func snapshot() -> CellSnapshot {
    monitor.locked {
      var snapshot = CellSnapshot(name: name)
      switch state {
      case .empty: describeEmpty(&snapshot)
      case .building:
        snapshot.initState = .initializing
        snapshot.detail = .building
      case .ready(let entry):
        snapshot.initState = .ready
        snapshot.detail = .serving
        snapshot.generation = CellGeneration(entry.generation)
        snapshot.leases = entry.users
      }
      snapshot.attempts = attempts
      snapshot.built = built
      snapshot.disposed = disposedCount
      snapshot.live = Int(built - min(built, disposedCount))
      snapshot.lastDisposeError = lastDisposeError
      return snapshot
    }
  }

  /// Why there is nothing. Only inside the monitor.
  private func describeEmpty(_ snapshot: inout CellSnapshot) {
    if isShutDown, defect != .snapshotHidesShutdown {
      snapshot.detail = .shutDown
    } else if fixed != nil {
      snapshot.detail = .failed
    } else if let cooling, cooling.until > world.clock.now.offset, defect != .snapshotHidesCooling {
      snapshot.detail = .coolingDown
      snapshot.retryAfter = cooling.until - world.clock.now.offset
    }
  }
}
