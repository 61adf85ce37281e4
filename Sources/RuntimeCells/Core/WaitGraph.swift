/// Who waits for whom, over all cells of the process: an edge says that a factory of the first cell waits for the second.
///
/// It finds what no task can see alone: A's factory waits for B in one task while B's factory waits for A in another
/// (D4). Whoever would close the circle gets an error instead. Used on the slow path only.
final class WaitGraph: Sendable {
  static let shared = WaitGraph()

  private struct Edge: Sendable {
    var number: UInt64
    var from: CellCoreBase
    var to: CellCoreBase
  }

  private let edges = Guarded((next: UInt64(0), list: [Edge]()))

  /// Notes that a factory of `from` waits for `to`, and returns the edge's number; or returns the circle that this would
  /// close, as names.
  func add(from: CellCoreBase, to: CellCoreBase) -> (edge: UInt64?, circle: [String]) {
    edges.withLock { state in
      if let path = Self.path(from: to, to: from, in: state.list) { return (nil, [from.name] + path) }
      state.next += 1
      state.list.append(Edge(number: state.next, from: from, to: to))
      return (state.next, [])
    }
  }

  /// The wait is over.
  func remove(_ edge: UInt64) {
    // Taken out under the lock, released after it: it may hold the last reference to a core.
    let removed = edges.withLock { state in
      state.list.firstIndex { $0.number == edge }.map { state.list.remove(at: $0) }
    }
    withExtendedLifetime(removed) {}
  }

  /// All cells that factories of a cell wait for, themselves or by the factories of those.
  func cells(waitedForBy cell: ObjectIdentifier) -> Set<ObjectIdentifier> {
    edges.withLock { state in
      var found: Set<ObjectIdentifier> = []
      var open = [cell]
      while let next = open.popLast() {
        for edge in state.list where ObjectIdentifier(edge.from) == next {
          if found.insert(ObjectIdentifier(edge.to)).inserted { open.append(ObjectIdentifier(edge.to)) }
        }
      }
      return found
    }
  }

  /// The names on a way from one cell to another, both included.
  private static func path(from: CellCoreBase, to: CellCoreBase, in edges: [Edge]) -> [String]? {
    var seen: Set<ObjectIdentifier> = []
    var open: [(core: CellCoreBase, names: [String])] = [(from, [from.name])]
    while let (core, names) = open.popLast() {
      if core === to { return names }
      guard seen.insert(ObjectIdentifier(core)).inserted else { continue }
      for edge in edges where edge.from === core { open.append((edge.to, names + [edge.to.name])) }
    }
    return nil
  }
}
