import CellContract
import RuntimeCells

/// How the engine's cells behave: one configuration for all of them, so that whoever observes one observes all.
struct EngineCells: Sendable {
  /// What the context was given.
  let shared: CellConfiguration

  /// For a cell that lives as long as the context.
  func ofContext(_ name: String) -> CellConfiguration { shared }

  /// For a cell inside a generation: observers, failures, clock and threads as the context's. Swaps and governed memory
  /// are the business of the whole generation, so of `hybrid`.
  func ofGeneration(_ name: String) -> CellConfiguration {
    var cells = shared
    cells.swapAuthority = nil
    cells.memory = nil
    return cells
  }
}
