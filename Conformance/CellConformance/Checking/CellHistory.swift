import CellContract

/// The history of one cell as tables: the common ground of the checks.
struct CellHistory {
  struct CallRecord {
    let number: Int
    let verb: HistoryEvent.Verb
    let invoked: UInt64
    var returned: UInt64?
    var outcome: Outcome?

    /// The end of the interval in which the call can have taken effect.
    var end: UInt64 { returned ?? .max }
    /// Whether the call, as a close, is known to have emptied the cell.
    var emptied: Bool {
      guard verb == .close || verb == .shutDown || verb == .forceClose, let outcome else { return false }
      return outcome.failure.map { $0.code == .disposeFailed || $0.disposedSerial != nil } ?? true
    }
  }

  struct RunRecord {
    let number: Int
    let purpose: HistoryEvent.Purpose
    let began: UInt64
    var ended: UInt64?
    var serial: Int?
  }

  struct Payload {
    let serial: Int
    /// When its making began: the factory run, or the seed call.
    let from: UInt64
    /// When it existed for sure.
    let made: UInt64
    /// The seed call, if it was offered and not built.
    let seedCall: Int?
    let allowed: Bool
    /// Whether it was made to replace another one, and may have been refused its place.
    let isReplacement: Bool
    var disposals: [UInt64] = []
    var disposed: [UInt64] = []
    var uses: [(began: UInt64, ended: UInt64)] = []
  }

  private(set) var calls: [Int: CallRecord] = [:]
  private(set) var runs: [Int: RunRecord] = [:]
  private(set) var payloads: [Int: Payload] = [:]
  /// When the guard of swaps was opened and shut.
  private(set) var swapGuard: [(ticket: UInt64, isOpen: Bool)] = []
  private(set) var observed: [(ticket: UInt64, event: CellEvent)] = []

  init(_ events: [HistoryEvent]) {
    for event in events { add(event.what, event.ticket) }
  }

  var callsInOrder: [CallRecord] { calls.values.sorted { $0.invoked < $1.invoked } }
  var runsInOrder: [RunRecord] { runs.values.sorted { $0.began < $1.began } }
  var payloadsInOrder: [Payload] { payloads.values.sorted { $0.serial < $1.serial } }

  /// Whether the cell may hold the payload: a built one always, an offered one unless the seed call failed.
  func mayBeOwned(_ payload: Payload) -> Bool {
    guard let call = payload.seedCall, let outcome = calls[call]?.outcome else { return true }
    return outcome.failure == nil
  }

  /// From when on a close or swap that begins ends the payload. A factory that runs by then is the business of whoever
  /// comes later; a seed may take its place until its call is back.
  func within(_ payload: Payload) -> UInt64 {
    guard let call = payload.seedCall else { return payload.from }
    return calls[call]?.end ?? .max
  }

  /// Whether somebody was given the payload, so that the cell had put it in place.
  func wasGiven(_ payload: Payload) -> Bool {
    !payload.uses.isEmpty || calls.values.contains { $0.outcome?.serial == payload.serial }
  }

  /// Whether the cell took the payload over: a built one always, an offered one when the seed call succeeded.
  func isOwned(_ payload: Payload) -> Bool {
    guard let call = payload.seedCall else { return true }
    guard let outcome = calls[call]?.outcome else { return false }
    return outcome.failure == nil
  }

  private mutating func add(_ what: HistoryEvent.What, _ ticket: UInt64) {
    switch what {
    case .invoked(let call, let verb):
      calls[call] = CallRecord(number: call, verb: verb, invoked: ticket)
    case .returned(let call, _, let outcome):
      calls[call]?.returned = ticket
      calls[call]?.outcome = outcome
    case .offered(let call, let serial, let allowed):
      payloads[serial] = Payload(
        serial: serial, from: ticket, made: ticket, seedCall: call, allowed: allowed, isReplacement: false)
    case .factoryBegan(let run, let purpose):
      runs[run] = RunRecord(number: run, purpose: purpose, began: ticket)
    case .factoryReturned(let run, let serial, let purpose):
      runs[run]?.ended = ticket
      runs[run]?.serial = serial
      payloads[serial] = Payload(
        serial: serial, from: runs[run]?.began ?? ticket, made: ticket, seedCall: nil, allowed: true,
        isReplacement: purpose == .swap)
    case .factoryThrew(let run, _): runs[run]?.ended = ticket
    case .disposeBegan(let serial): payloads[serial]?.disposals.append(ticket)
    case .disposeEnded(let serial, _): payloads[serial]?.disposed.append(ticket)
    case .useBegan(let serial): payloads[serial]?.uses.append((ticket, .max))
    case .useEnded(let serial):
      // Which of several users ends is not known here; the earliest open one gives the shortest, hence safe, interval.
      if let open = payloads[serial]?.uses.firstIndex(where: { $0.ended == .max }) {
        payloads[serial]?.uses[open].ended = ticket
      }
    case .observed(let event): observed.append((ticket, event))
    case .guardSet(.swap, let isOpen): swapGuard.append((ticket, isOpen))
    case .released, .guardSet: break
    }
  }
}
