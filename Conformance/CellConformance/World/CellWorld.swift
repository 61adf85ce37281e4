public import CellContract

/// What surrounds a cell in a rule run. A backend takes its environment, its clock and its observer from here and from nowhere else,
/// so that rules can run side by side and nothing depends on the process.
public final class CellWorld: CellObserver, @unchecked Sendable {
  // @unchecked: the variables are read and written under the stage's monitor only.
  private let core: StageCore
  private let cell: Int
  private var variables: [String: String] = [:]
  private var hook: InnerCall?
  private var gate: Gate?
  /// The time that all cells of a rule live in. Deadlines, delays and probations are measured and waited for by it.
  public let clock: WorldClock

  init(core: StageCore, cell: Int, clock: WorldClock) {
    self.core = core
    self.cell = cell
    self.clock = clock
  }

  /// The value of an environment variable at this moment; nil when it is not set. Guards ask at each call.
  public func environment(_ name: String) -> String? { core.monitor.locked { variables[name] } }

  /// Everything: the history is checked for gaps.
  public var delivery: CellDelivery { .lossless }

  /// Takes note of an event of the cell. Backends that declare ``Capability/events`` give this object to their cell.
  public func observe(_ event: CellEvent) {
    core.history.record(.observed(event), cell: cell)
    core.monitor.locked { self.hook }?.performBlocking()
    core.monitor.locked { self.gate }?.pass()
    core.change {}
  }

  package func set(_ name: String, _ value: String?) {
    let guarded: HistoryEvent.Guarded? =
      switch name {
      case CellGuard.seedVariable: .seed
      case CellGuard.swapVariable: .swap
      default: nil
      }
    let isOpen = CellGuard.isTruthy(value)
    // Between the two lines below the guard counts as open, whichever way it goes: nobody is blamed for what he read.
    if let guarded, isOpen { core.history.record(.guardSet(guarded, isOpen: true), cell: cell) }
    core.change { variables[name] = value }
    if let guarded, !isOpen { core.history.record(.guardSet(guarded, isOpen: false), cell: cell) }
  }

  /// Holds the observer at a gate.
  package func holdObserver(at gate: Gate?) { core.change { self.gate = gate } }

  /// Makes every observation call back into the cell.
  package func onObservation(_ call: InnerCall?) { core.change { hook = call } }
}
