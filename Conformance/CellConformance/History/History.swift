import Synchronization

/// What happened during one rule run. Callers write to logs of their own, which are merged afterwards, so that writing
/// down a race does not prevent it.
package final class History: Sendable {
  private let tickets = Atomic<UInt64>(0)
  private let shared = LaneLog()
  private let logs = LaneLogs()

  /// The log of one caller.
  package final class LaneLog: @unchecked Sendable {
    // @unchecked: `events` is used under the monitor only, which one lane alone takes while the run lasts.
    private let monitor = Monitor()
    private var events: [HistoryEvent] = []

    func append(_ event: HistoryEvent) { monitor.locked { events.append(event) } }
    var all: [HistoryEvent] { monitor.locked { events } }
  }

  private final class LaneLogs: @unchecked Sendable {
    // @unchecked: used under the monitor only.
    let monitor = Monitor()
    var list: [LaneLog] = []
  }

  package init() {}

  /// The highest ticket drawn so far.
  package var lastTicket: UInt64 { tickets.load(ordering: .sequentiallyConsistent) }

  package func makeLog() -> LaneLog {
    let log = LaneLog()
    logs.monitor.locked { logs.list.append(log) }
    return log
  }

  /// Writes down that something happens now. Without a log of the caller's own it goes to the shared one.
  @discardableResult
  package func record(_ what: HistoryEvent.What, lane: Int = 0, cell: Int, in log: LaneLog? = nil) -> UInt64 {
    let ticket = tickets.add(1, ordering: .sequentiallyConsistent).newValue
    (log ?? shared).append(HistoryEvent(ticket: ticket, lane: lane, cell: cell, what: what))
    return ticket
  }

  /// Everything so far, in order.
  package var events: [HistoryEvent] {
    let all = logs.monitor.locked { logs.list }
    return (shared.all + all.flatMap(\.all)).sorted { $0.ticket < $1.ticket }
  }
}
