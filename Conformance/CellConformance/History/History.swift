import Synchronization

/// What happened during one rule run. Callers write to logs of their own, which are merged afterwards, so that writing
/// down a race does not prevent it.
package final class History: Sendable {
  private let tickets = Atomic<UInt64>(0)
  private let logs = LaneLogs()

  /// The log of one caller.
  package final class LaneLog: @unchecked Sendable {
    // @unchecked: `events` is used under the monitor only, which one lane alone takes while the run lasts.
    private let monitor = Monitor()
    private var events: [HistoryEvent] = []

    func append(_ event: HistoryEvent) { monitor.locked { events.append(event) } }
    // Element by element: an array given away would share its storage, and a late append then takes it back by an order
    // that the thread sanitizer cannot see.
    func copy(to all: inout [HistoryEvent]) { monitor.locked { for event in events { all.append(event) } } }
  }

  /// Logs by cell, so that a rule which plays thousands of rounds, each on a cell of its own, never reads the earlier ones.
  private final class LaneLogs: @unchecked Sendable {
    // @unchecked: used under the monitor only.
    private let monitor = Monitor()
    private var lanes: [Int: [LaneLog]] = [:]
    private var shared: [Int: LaneLog] = [:]

    func add(_ log: LaneLog, to cells: Set<Int>) {
      monitor.locked { for cell in cells { lanes[cell, default: []].append(log) } }
    }

    func shared(of cell: Int) -> LaneLog {
      monitor.locked {
        if let log = shared[cell] { return log }
        let log = LaneLog()
        shared[cell] = log
        return log
      }
    }

    func all(of cell: Int) -> [LaneLog] {
      monitor.locked { (shared[cell].map { [$0] } ?? []) + (lanes[cell] ?? []) }
    }

    var all: [LaneLog] {
      monitor.locked {
        var seen: Set<ObjectIdentifier> = []
        return (Array(shared.values) + lanes.values.flatMap { $0 }).filter {
          seen.insert(ObjectIdentifier($0)).inserted
        }
      }
    }
  }

  package init() {}

  /// The highest ticket drawn so far.
  package var lastTicket: UInt64 { tickets.load(ordering: .sequentiallyConsistent) }

  /// A log for a caller that speaks to these cells and no others.
  package func makeLog(of cells: Set<Int>) -> LaneLog {
    let log = LaneLog()
    logs.add(log, to: cells)
    return log
  }

  /// Writes down that something happens now. Without a log of the caller's own it goes to the cell's shared one.
  @discardableResult
  package func record(_ what: HistoryEvent.What, lane: Int = 0, cell: Int, in log: LaneLog? = nil) -> UInt64 {
    let log = log ?? logs.shared(of: cell)
    let ticket = tickets.add(1, ordering: .sequentiallyConsistent).newValue
    log.append(HistoryEvent(ticket: ticket, lane: lane, cell: cell, what: what))
    return ticket
  }

  /// Everything so far, in order.
  package var events: [HistoryEvent] { Self.merged(logs.all) }

  /// What happened to one cell so far, in order.
  package func events(of cell: Int) -> [HistoryEvent] { Self.merged(logs.all(of: cell)).filter { $0.cell == cell } }

  private static func merged(_ logs: [LaneLog]) -> [HistoryEvent] {
    var all: [HistoryEvent] = []
    for log in logs { log.copy(to: &all) }
    return all.sorted { $0.ticket < $1.ticket }
  }
}
