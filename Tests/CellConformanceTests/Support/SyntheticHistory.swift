import CellConformance
import CellContract

/// A history of one cell, written by hand: each line takes the next ticket.
struct SyntheticHistory {
  private(set) var events: [HistoryEvent] = []
  private var verbs: [Int: HistoryEvent.Verb] = [:]

  init(swapGuard isOpen: Bool = true, _ write: (inout SyntheticHistory) -> Void) {
    if isOpen { sets(.swap, isOpen: true) }
    write(&self)
  }

  private mutating func add(_ what: HistoryEvent.What) {
    events.append(HistoryEvent(ticket: UInt64(events.count + 1), lane: 1, cell: 0, what: what))
  }

  // MARK: - Calls

  mutating func begins(_ call: Int, _ verb: HistoryEvent.Verb) {
    verbs[call] = verb
    add(.invoked(call: call, verb))
  }

  /// A seed begins; its payload exists already.
  mutating func offers(_ call: Int, _ serial: Int, allowed: Bool = true) {
    add(.offered(call: call, serial: serial, allowed: allowed))
    begins(call, .seed)
  }

  mutating func ends(_ call: Int, _ outcome: Outcome = .nothing) {
    add(.returned(call: call, verbs[call] ?? .get, outcome))
  }

  mutating func ends(_ call: Int, _ serial: Int) { ends(call, .value(serial: serial)) }

  mutating func throwing(_ call: Int, _ code: CellError.Code, run: Int? = nil) {
    let cause = run.map { FactoryFault(run: $0) }
    ends(call, .failed(Failure(CellError(code, cell: "c", message: "", underlying: cause))))
  }

  mutating func cancelled(_ call: Int) { ends(call, .failed(Failure(CancellationError()))) }

  /// A call from beginning to end, with nothing in between.
  mutating func does(_ call: Int, _ verb: HistoryEvent.Verb, _ serial: Int? = nil) {
    begins(call, verb)
    ends(call, serial.map { Outcome.value(serial: $0) } ?? .nothing)
  }

  mutating func sees(_ call: Int, generation: UInt64) {
    begins(call, .snapshot)
    ends(call, generation: generation)
  }

  mutating func ends(_ call: Int, generation: UInt64) {
    var snapshot = CellSnapshot(name: "c", initState: .ready)
    snapshot.generation = CellGeneration(generation)
    ends(call, .snapshot(snapshot))
  }

  mutating func sets(_ guarded: HistoryEvent.Guarded, isOpen: Bool) { add(.guardSet(guarded, isOpen: isOpen)) }

  // MARK: - What the cell has done

  mutating func runs(_ run: Int, for purpose: HistoryEvent.Purpose = .initialization) {
    add(.factoryBegan(run: run, purpose))
  }

  mutating func makes(_ run: Int, _ serial: Int, for purpose: HistoryEvent.Purpose = .initialization) {
    add(.factoryReturned(run: run, serial: serial, purpose))
  }

  mutating func fails(_ run: Int) { add(.factoryThrew(run: run, .initialization)) }

  mutating func disposes(_ serial: Int) {
    add(.disposeBegan(serial: serial))
    add(.disposeEnded(serial: serial, threw: false))
  }

  mutating func uses(_ serial: Int) { add(.useBegan(serial: serial)) }
  mutating func leaves(_ serial: Int) { add(.useEnded(serial: serial)) }

  mutating func tells(_ sequence: UInt64, _ kind: CellEvent.Kind) {
    add(.observed(CellEvent(cell: "c", sequence: sequence, kind: kind)))
  }

  /// A get that makes `serial` by `run`, undisturbed.
  mutating func gets(_ call: Int, run: Int, _ serial: Int) {
    begins(call, .get)
    runs(run)
    makes(run, serial)
    ends(call, serial)
  }

  /// A swap that puts `serial`, made by `run`, in the place of `old`, undisturbed.
  mutating func swaps(_ call: Int, run: Int, _ serial: Int, disposing old: Int? = nil) {
    begins(call, .swap)
    runs(run, for: .swap)
    makes(run, serial, for: .swap)
    if let old { disposes(old) }
    ends(call, serial)
  }

  /// A close that disposes `serial`, undisturbed.
  mutating func closes(_ call: Int, _ serial: Int? = nil) {
    begins(call, .close)
    if let serial { disposes(serial) }
    ends(call)
  }

  // MARK: - The verdict

  /// The reasons of what checker A finds, each once. `isComplete` when every call is over and the last one closed the cell.
  func reasons(isComplete: Bool = false) -> Set<Reason> {
    Set(HistoryChecker(events, isComplete: isComplete).findings().map(\.reason))
  }
}
