/// An implementation of cells that the kit can examine. Conform to ``BlockingCellBackend`` or ``SuspendingCellBackend``,
/// and to one further protocol for each ability that the manifest declares.
///
/// Errors are the contract's: a ``CellError`` with the code that the rules name, the factory's or disposer's own error as
/// `underlying`, and `CancellationError` for a cancelled wait. A backend with errors of its own translates them here.
public protocol CellBackend: Sendable {
  /// A cell whose payload is a ``Probe``.
  associatedtype Cell: Sendable

  /// Who this is and what it can do.
  var manifest: BackendManifest { get }

  /// Makes an empty cell.
  ///
  /// - Parameters:
  ///   - name: the cell's stable name, part of its errors.
  ///   - world: where the cell reads its environment and reports events.
  func makeCell(named name: String, in world: CellWorld) throws -> Cell
}

/// A backend for plain threads: every call may block its thread. The kit drives it from threads of its own.
public protocol BlockingCellBackend: CellBackend {
  /// The payload that the cell holds, if it is ready. Must neither wait nor build anything.
  func peek(_ cell: Cell) -> Probe?

  /// The cell's payload; made by `factory` when the cell is empty.
  func getOrInitialize(_ cell: Cell, _ factory: ProbeFactory) throws -> Probe

  /// Disposes what the cell holds, and leaves the cell empty and usable.
  ///
  /// - Parameter silent: whether a disposer's error is kept from the caller.
  func close(_ cell: Cell, silent: Bool) throws
}

/// A backend for tasks: calls suspend and never block their thread. The kit drives it from tasks on an executor of its own.
public protocol SuspendingCellBackend: CellBackend {
  /// The payload that the cell holds, if it is ready. Must neither wait nor build anything.
  func peek(_ cell: Cell) async -> Probe?

  /// The cell's payload; made by `factory` when the cell is empty.
  func getOrInitialize(_ cell: Cell, _ factory: ProbeFactory) async throws -> Probe

  /// Disposes what the cell holds, and leaves the cell empty and usable.
  ///
  /// - Parameter silent: whether a disposer's error is kept from the caller.
  func close(_ cell: Cell, silent: Bool) async throws
}
