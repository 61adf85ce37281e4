import CellContract

/// A history as lines for people.
package enum HistoryText {
  /// One line an event; when `tickets` are given, only the events around them.
  package static func render(_ events: [HistoryEvent], around tickets: [UInt64] = [], limit: Int = 60) -> String {
    var shown = events.filter { if case .released = $0.what { false } else { true } }
    if let first = tickets.min(), let last = tickets.max() {
      shown = shown.filter { $0.ticket + 3 >= first && $0.ticket <= last + 3 }
    }
    let lines = shown.prefix(limit).map { event in
      let who = event.lane == 0 ? "backend" : "caller \(event.lane)"
      let mark = tickets.contains(event.ticket) ? "  <--" : ""
      return "t\(event.ticket)  cell \(event.cell)  \(who): \(words(event.what))\(mark)"
    }
    return (lines + (shown.count > limit ? ["… \(shown.count - limit) more"] : [])).joined(separator: "\n")
  }

  static func words(_ what: HistoryEvent.What) -> String {
    switch what {
    case .invoked(let call, let verb): "\(verb.rawValue)() begins (call \(call))"
    case .returned(let call, let verb, let outcome): "\(verb.rawValue)() returns \(outcome) (call \(call))"
    case .offered(_, let serial, let allowed): "offers payload #\(serial), guard \(allowed ? "open" : "shut")"
    case .factoryBegan(let run, let purpose): "factory run \(run) begins (\(purpose.rawValue))"
    case .factoryReturned(let run, let serial, _): "factory run \(run) returns payload #\(serial)"
    case .factoryThrew(let run, _): "factory run \(run) throws"
    case .disposeBegan(let serial): "disposer of #\(serial) begins"
    case .disposeEnded(let serial, let threw): "disposer of #\(serial) \(threw ? "throws" : "ends")"
    case .useBegan(let serial): "use of #\(serial) begins"
    case .useEnded(let serial): "use of #\(serial) ends"
    case .released(let serial): "payload #\(serial) is released"
    case .observed(let event): "observer is told: \(event.kind)"
    }
  }
}
