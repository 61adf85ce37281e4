/// The order in which cells are closed: reverse topological, those that need others first.
struct CloseOrder: Sendable {
  /// For each cell, the cells that must be closed before it.
  private(set) var dependents: [String: Set<String>] = [:]

  /// - Parameters:
  ///   - names: all cells, in the order of their registration.
  ///   - dependencies: for each cell, the cells it needs. Names of unknown cells are ignored.
  init(names: [String], dependencies: [String: Set<String>]) {
    for name in names { dependents[name] = [] }
    for (name, needed) in dependencies {
      for need in needed where need != name && dependents[need] != nil && dependents[name] != nil {
        dependents[need]?.insert(name)
      }
    }
    breakCycles(latestFirst: names.reversed())
  }

  /// Cells may need each other over time (A used B, later B was rebuilt using A). No order is right then; the cell that
  /// was registered last is closed first, as if nothing needed it.
  private mutating func breakCycles(latestFirst names: [String]) {
    var open = names
    while !open.isEmpty {
      let ready = open.filter { name in dependents[name]?.isDisjoint(with: open) ?? true }
      if ready.isEmpty, let first = open.first {
        dependents[first]?.subtract(open)
      } else {
        open.removeAll(where: ready.contains)
      }
    }
  }
}
