import CellContract

/// A history as lines for people.
package enum HistoryText {
  /// One line an event. When `tickets` are given, only the cells that these events belong to; when there are more than
  /// `limit` events, those closest to the tickets, or without tickets the last ones.
  package static func render(_ events: [HistoryEvent], around tickets: [UInt64] = [], limit: Int = 60) -> String {
    let tickets = Set(tickets)
    var told = events.filter { if case .released = $0.what { false } else { true } }
    let cells = Set(told.lazy.filter { tickets.contains($0.ticket) }.map(\.cell))
    if !cells.isEmpty { told = told.filter { cells.contains($0.cell) } }
    var lines: [String] = []
    var next = 0
    for index in closest(in: told, to: tickets, limit: limit) {
      if index > next { lines.append(gap(index - next)) }
      lines.append(line(told[index], isMarked: tickets.contains(told[index].ticket)))
      next = index + 1
    }
    if next < told.count { lines.append(gap(told.count - next)) }
    return lines.joined(separator: "\n")
  }

  /// The places of the events to show, in order.
  private static func closest(in events: [HistoryEvent], to tickets: Set<UInt64>, limit: Int) -> [Int] {
    if events.count <= limit { return Array(events.indices) }
    let marks = events.indices.filter { tickets.contains(events[$0].ticket) }
    guard !marks.isEmpty else { return Array(events.indices.suffix(limit)) }
    let byDistance = events.indices.map { index in (index, marks.lazy.map { abs($0 - index) }.min() ?? 0) }
    return byDistance.sorted { ($0.1, $0.0) < ($1.1, $1.0) }.prefix(limit).map(\.0).sorted()
  }

  private static func gap(_ count: Int) -> String { "… \(count) events" }

  private static func line(_ event: HistoryEvent, isMarked: Bool) -> String {
    let who = if case .guardSet = event.what { "rule" } else { event.lane == 0 ? "backend" : "caller \(event.lane)" }
    return "t\(event.ticket)  cell \(event.cell)  \(who): \(words(event.what))\(isMarked ? "  <--" : "")"
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
    case .guardSet(let guarded, let isOpen): "the guard of \(guarded.rawValue) is \(isOpen ? "opened" : "shut")"
    }
  }
}
