import CellContract
import RuntimeCells

/// Lets a limited number of searches run at once and a limited number wait: the gate of a cell that holds nothing.
///
/// The gate is the one that guards payloads (design decision D17): first come, first served; who leaves the queue early
/// leaves nothing behind; whoever is turned away gets `cell.overloaded` with the time after which to try again.
struct SearchAdmission: Sendable {
  private struct Nothing: Sendable {}

  /// The name of the cell in metrics and events.
  static let cellName = "http_search"

  private let cell: RuntimeCell<Nothing>

  init(limits: GateLimits, cells: CellConfiguration) {
    var cells = cells
    cells.gate = limits
    cell = RuntimeCell(name: Self.cellName, configuration: cells) { Nothing() }
  }

  /// Runs `work` when its turn has come.
  ///
  /// - Throws: `CellError` with `overloaded`; `CancellationError`; what `work` throws.
  func run<R: Sendable>(_ work: () async throws -> R) async throws -> R {
    try await cell.withValue { _ in try await work() }
  }

  /// The gate as it is now.
  func snapshot() -> CellSnapshot { cell.snapshot() }
}
