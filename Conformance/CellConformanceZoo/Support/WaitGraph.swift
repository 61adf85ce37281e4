import CellConformance

/// Who waits for whom, over all cells of the zoo: finds callers that wait for each other crosswise, which no thread or task
/// can see alone.
///
/// An edge says that whoever runs one factory waits for a flight, which somebody runs. Edges end with their flight.
final class WaitGraph: @unchecked Sendable {
  // @unchecked: `edges` is used under the monitor only.
  static let shared = WaitGraph()
  private let monitor = Monitor()
  private var edges: [(from: AnyHashable, flight: ObjectIdentifier, runner: AnyHashable)] = []

  /// Notes that `from` waits for a flight that `runner` runs. Returns false, and notes nothing, if that would never end.
  func wait(_ from: AnyHashable, for flight: AnyObject, runBy runner: AnyHashable) -> Bool {
    monitor.locked {
      var open = [runner]
      var seen: Set<AnyHashable> = []
      while let next = open.popLast() {
        if next == from { return false }
        guard seen.insert(next).inserted else { continue }
        open += edges.filter { $0.from == next }.map(\.runner)
      }
      edges.append((from, ObjectIdentifier(flight), runner))
      return true
    }
  }

  /// Somebody waits for a flight no longer.
  func stop(_ from: AnyHashable, waitingFor flight: AnyObject) {
    monitor.locked {
      if let place = edges.firstIndex(where: { $0.from == from && $0.flight == ObjectIdentifier(flight) }) {
        edges.remove(at: place)
      }
    }
  }

  /// A flight is over, for whoever waits for it.
  func end(_ flight: AnyObject) { monitor.locked { edges.removeAll { $0.flight == ObjectIdentifier(flight) } } }
}

/// Whether the calling code runs in a Swift task, whose thread must not be blocked.
func runsInTask() -> Bool { withUnsafeCurrentTask { $0 != nil } }
