/// What a registry needs to know of a cell, whatever its payload and implementation.
public protocol ManagedCell: AnyObject, Sendable {
  /// The cell's stable name: label of its metrics and key in its registry.
  var name: String { get }

  /// The cell as it is now. Never blocks on user code.
  func snapshot() -> CellSnapshot

  /// Closes the cell: refuses new leases at once, waits for the held ones, disposes the payload exactly once, and leaves
  /// the cell empty and usable again. Closing an empty cell is a no-op.
  ///
  /// - Parameters:
  ///   - deadline: how long to wait for users and disposer; nil waits for ever. Not negative.
  ///   - silent: true reports a disposer's error in the outcome, event and snapshot only; false throws it too.
  /// - Throws: ``CellError/Code/deadlineExceeded``, ``CellError/Code/disposeFailed``, ``CellError/Code/reentrant``,
  ///   ``CellError/Code/invalidArgument``.
  @discardableResult
  func close(deadline: Duration?, silent: Bool) async throws -> CellCloseOutcome

  /// Closes the cell for ever: every later call throws ``CellError/Code/shutDown``. Otherwise like ``close(deadline:silent:)``.
  @discardableResult
  func shutDown(deadline: Duration?, silent: Bool) async throws -> CellCloseOutcome
}
