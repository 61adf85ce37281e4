public import CellContract

extension RuntimeCell {
  /// Closes the cell: new leases are refused at once, a running factory is cancelled and what it still makes is disposed,
  /// held leases end, then the payload is disposed, exactly once. The cell is then empty and can be used again.
  ///
  /// When this returns, nothing that existed before the call lives. The caller must not hold a lease of this cell itself.
  ///
  /// - Parameters:
  ///   - deadline: how long to wait for users, factory and disposer, 30 s by default; nil waits for ever.
  ///   - silent: true keeps a disposer's error to the outcome, the events and the snapshot; false throws it as well.
  /// - Throws: ``CellError`` with `deadlineExceeded` (the last user disposes), `disposeFailed`, `reentrant` (called by the
  ///   cell's own factory or disposer), `invalidArgument` (a negative deadline).
  @discardableResult
  public func close(deadline: Duration? = .seconds(30), silent: Bool = true) async throws -> CellCloseOutcome {
    try await core.close(deadline: deadline, silent: silent, isFinal: false)
  }

  /// Closes the cell for ever: from now on every call throws `shutDown` and ``peek()`` is nil. Otherwise like
  /// ``close(deadline:silent:)``; may be repeated.
  @discardableResult
  public func shutDown(deadline: Duration? = .seconds(30), silent: Bool = true) async throws -> CellCloseOutcome {
    try await core.close(deadline: deadline, silent: silent, isFinal: true)
  }

  /// Closes the cell like ``close(deadline:silent:)`` and says what happens at the deadline.
  @discardableResult
  public func close(
    deadline: Duration?, silent: Bool = true, atDeadline: CloseDeadlinePolicy
  ) async throws -> CellCloseOutcome {
    try await core.close(deadline: deadline, silent: silent, isFinal: false, atDeadline: atDeadline)
  }

  /// Forgets earlier failures: the next caller may start an attempt at once, whatever the failure policy says.
  public func reset() { core.process(.reset) }

  /// Sets notes on degraded operation, beyond those of the payload itself; they appear in the snapshot while the cell is
  /// ready. Replaces what was reported before.
  public func report(limits: [String]) { core.report(limits: limits) }
}
