import CellContract
import RuntimeCells

/// How the engine's cells behave: one configuration for all of them, so that whoever observes one observes all.
struct EngineCells: Sendable {
  /// What the context was given.
  let shared: CellConfiguration
  /// How many may use a cell's payload at once, by the cell's name.
  var gates: [String: GateLimits] = [:]

  /// For a cell that lives as long as the context.
  func ofContext(_ name: String) -> CellConfiguration {
    var cells = shared
    cells.gate = gates[name] ?? shared.gate
    return cells
  }

  /// For a cell inside a generation: observers, failures, clock and threads as the context's. Swaps and governed memory
  /// are the business of the whole generation, so of `hybrid`.
  func ofGeneration(_ name: String) -> CellConfiguration {
    var cells = ofContext(name)
    cells.swapAuthority = nil
    cells.memory = nil
    return cells
  }
}
