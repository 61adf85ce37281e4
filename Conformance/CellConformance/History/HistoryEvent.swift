public import CellContract

/// One thing that happened while a rule ran, in the order of `ticket`.
public struct HistoryEvent: Sendable {
  /// The place in the run's single order: drawn from one sequentially consistent counter before a call is made and after
  /// it returned, so that `a.ticket < b.ticket` holds whenever `a` ended before `b` began.
  public let ticket: UInt64
  /// The caller's number from 1; 0 for what happened on the backend's own threads, in factories and disposers.
  public let lane: Int
  /// The cell's number within the run, from 0.
  public let cell: Int
  /// What happened.
  public let what: What

  package init(ticket: UInt64, lane: Int, cell: Int, what: What) {
    self.ticket = ticket
    self.cell = cell
    self.lane = lane
    self.what = what
  }

  /// What can happen.
  public enum What: Sendable {
    /// A call was about to be made.
    case invoked(call: Int, Verb)
    /// A finished payload is about to be offered as a seed; `allowed` tells whether the guard was open.
    case offered(call: Int, serial: Int, allowed: Bool)
    /// A call came back.
    case returned(call: Int, Verb, Outcome)
    /// A factory began; `run` counts the factory runs of the whole rule.
    case factoryBegan(run: Int, Purpose)
    /// A factory returned a payload.
    case factoryReturned(run: Int, serial: Int, Purpose)
    /// A factory threw.
    case factoryThrew(run: Int, Purpose)
    /// A payload's disposer began.
    case disposeBegan(serial: Int)
    /// A payload's disposer ended.
    case disposeEnded(serial: Int, threw: Bool)
    /// A caller began to use a payload under a lease.
    case useBegan(serial: Int)
    /// A caller is about to end its use of a payload.
    case useEnded(serial: Int)
    /// The last reference to a payload is gone.
    case released(serial: Int)
    /// The backend told an observer something.
    case observed(CellEvent)
    /// The variable of a guard is about to be set to a word that opens it, or was set to one that does not.
    case guardSet(Guarded, isOpen: Bool)
  }

  /// What a guard keeps shut.
  public enum Guarded: String, Sendable { case seed, swap }

  /// What a factory was given for.
  public enum Purpose: String, Sendable { case initialization, swap }

  /// The calls a rule can make.
  public enum Verb: String, Sendable {
    case get, peek, close, seed, swap, use, snapshot
    case shutDown = "shut down"
    case rollBack = "roll back"
    case forceClose = "force close"
    case preload
  }
}
