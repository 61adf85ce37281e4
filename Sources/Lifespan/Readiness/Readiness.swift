public import CellContract
import Synchronization

/// Says whether requests are welcome (design decision D18), for probes, for the request path and for those who wait.
///
/// Asking it costs a lock and one snapshot of each cell; it calls no factory and never waits.
public final class Readiness: Sendable {
  private struct Waiter {
    var number: Int
    var phase: LifespanPhase
    var continuation: CheckedContinuation<Void, any Error>
  }

  private struct State {
    var phase = LifespanPhase.starting
    var required: Set<String>
    var failure: String?
    var limits: [String: (texts: [String], cell: String?)] = [:]
    var waiters: [Waiter] = []
    var cancelledEarly: Set<Int> = []
    var nextNumber = 0
  }

  private let state: Mutex<State>
  private let disabled: [(name: String, reason: String)]
  private let absent: @Sendable () -> [(name: String, reason: String)]
  private let snapshots: @Sendable () -> [CellSnapshot]

  /// Makes the model of a process that starts.
  ///
  /// - Parameters:
  ///   - required: cells that readiness depends on once the preload is over.
  ///   - disabled: cells that cannot be had, with the reason; they are shown and never block.
  ///   - absent: cells that cannot be had for now, as `disabled`; asked for each report.
  ///   - snapshots: all cells as they are now, in the order in which they are shown.
  public init(
    required: Set<String> = [], disabled: [(name: String, reason: String)] = [],
    absent: @escaping @Sendable () -> [(name: String, reason: String)] = { [] },
    snapshots: @escaping @Sendable () -> [CellSnapshot]
  ) {
    state = Mutex(State(required: required.subtracting(disabled.map(\.name))))
    self.disabled = disabled
    self.absent = absent
    self.snapshots = snapshots
  }

  /// Where the process is now.
  public var phase: LifespanPhase { state.withLock { $0.phase } }

  /// Enters a later phase and wakes those who wait for it. Phases that were passed already are left alone, so that a
  /// preload that ends after the process began to drain cannot make it ready again.
  ///
  /// - Returns: whether the phase changed.
  @discardableResult
  public func enter(_ phase: LifespanPhase) -> Bool {
    let (changed, woken) = state.withLock { state -> (Bool, [Waiter]) in
      guard phase > state.phase else { return (false, []) }
      state.phase = phase
      let woken = state.waiters.filter { $0.phase <= phase }
      state.waiters.removeAll { $0.phase <= phase }
      return (true, woken)
    }
    for waiter in woken { waiter.continuation.resume() }
    return changed
  }

  /// Tells why the start failed, for whoever asks while the process ends.
  public func fail(_ reason: String) { state.withLock { $0.failure = reason } }

  /// Sets the notes that one source contributes to the report; an empty list takes them away.
  ///
  /// - Parameter cell: the cell whose failure they tell: they are left out while it is ready.
  public func setLimits(_ limits: [String], from source: String, of cell: String? = nil) {
    state.withLock { $0.limits[source] = limits.isEmpty ? nil : (limits, cell) }
  }

  /// Returns as soon as the process is in `phase` or beyond.
  ///
  /// - Throws: `CancellationError` when the calling task is cancelled.
  public func reached(_ phase: LifespanPhase) async throws {
    let number = state.withLock { state in
      state.nextNumber += 1
      return state.nextNumber
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let result: Result<Void, any Error>? = state.withLock { state in
          if state.cancelledEarly.remove(number) != nil { return .failure(CancellationError()) }
          if state.phase >= phase { return .success(()) }
          state.waiters.append(Waiter(number: number, phase: phase, continuation: continuation))
          return nil
        }
        if let result { continuation.resume(with: result) }
      }
    } onCancel: {
      cancel(number)
    }
  }

  /// Whether requests are welcome.
  ///
  /// - Parameter excluded: cells whose state does not count.
  public func isReady(excluding excluded: Set<String> = []) -> Bool { report(excluding: excluded).isReady }

  /// Everything a probe may want to know.
  ///
  /// - Parameter excluded: cells whose state does not count; unknown names are told in the report.
  public func report(excluding excluded: Set<String> = []) -> ReadinessReport {
    let rows = snapshots()
    let state = state.withLock { (phase: $0.phase, required: $0.required, failure: $0.failure, limits: $0.limits) }
    var cells = rows.map { CellStatus($0, isRequired: state.required.contains($0.name)) }
    cells += (absent() + disabled).map { CellStatus(disabled: $0.name, reason: $0.reason) }
    var reasons: [String] = []
    if let failure = state.failure { reasons.append(failure) }
    if state.phase != .ready { reasons.append(state.phase.reason) }
    for cell in cells where cell.blocksReadiness && !excluded.contains(cell.name) {
      reasons.append("cell \(cell.name) is not available (\(cell.detail))")
    }
    let names = Set(cells.map(\.name))
    // What a preload said of a cell is over when the cell is ready; its own row then has what is to be said.
    let ready = Set(rows.filter { $0.initState == .ready }.map(\.name))
    return ReadinessReport(
      isReady: reasons.isEmpty, phase: state.phase, reasons: reasons,
      limits: state.limits.filter { !ready.contains($0.value.cell ?? "") }.sorted { $0.key < $1.key }.flatMap(
        \.value.texts),
      cells: cells,
      excluded: excluded.intersection(names).sorted(), unknownExcluded: excluded.subtracting(names).sorted())
  }

  private func cancel(_ number: Int) {
    let waiter = state.withLock { state -> Waiter? in
      guard let index = state.waiters.firstIndex(where: { $0.number == number }) else {
        state.cancelledEarly.insert(number)
        return nil
      }
      return state.waiters.remove(at: index)
    }
    waiter?.continuation.resume(throwing: CancellationError())
  }
}

extension LifespanPhase {
  /// Why a process in this phase is not ready.
  var reason: String {
    switch self {
    case .starting: "the service is starting"
    case .preloading: "cells are being preloaded"
    case .ready: ""
    case .draining: "the service is about to stop"
    case .stopped: "the service has stopped"
    }
  }
}
