public import CellContract

extension CellPool {
  /// Closes the cell of a key: it takes no new leases, held ones end, the payload is disposed, exactly once, and the place
  /// is free. Whoever asks for the key later gets a new cell. A key without a cell is a no-op.
  ///
  /// - Parameters:
  ///   - deadline: how long to wait for users and disposer; nil waits for ever. What has begun goes on afterwards.
  ///   - silent: true keeps a disposer's error to the outcome and the events; false throws it too.
  /// - Throws: ``CellError`` with `deadlineExceeded`, `disposeFailed`, `reentrant` (called by the key's own factory or
  ///   disposer), `invalidArgument` (a negative deadline).
  @discardableResult
  public func close(
    _ key: Key, deadline: Duration? = .seconds(30), silent: Bool = true
  ) async throws -> CellCloseOutcome {
    if let deadline, deadline < .zero { throw Self.negative(deadline, name) }
    let scope = InitScope.active
    var cycle: CellError?
    let found = state.withLock { state -> Member? in
      guard let member = state.members[key] else { return nil }
      if let path = scope?.cycle(through: member.cell.core) {
        cycle = member.cell.core.reentrant(path)
      } else {
        _ = state.table.close(key)
        member.leave(.closed)
      }
      return member
    }
    if let cycle { throw cycle }
    guard let found else { return .noop }
    return try await end(found, deadline: deadline, silent: silent)
  }

  /// Closes all keys' cells, at the same time, and refuses callers that wait for a place with `closed`. The pool can be
  /// used again afterwards. One that fails stops nobody.
  ///
  /// - Parameters:
  ///   - silent: true leaves errors to the report; false also throws them, at the end.
  ///   - deadline: how long to wait for each; nil waits for ever.
  /// - Throws: ``CellError`` with `closeIncomplete` if not silent; `invalidArgument` for a negative deadline.
  @discardableResult
  public func closeAll(silent: Bool = true, deadline: Duration? = .seconds(30)) async throws -> CellCloseReport {
    try await end(deadline: deadline, silent: silent, isFinal: false)
  }

  /// Closes all keys' cells and the pool for ever: every later call throws `shutDown`. Otherwise like
  /// ``closeAll(silent:deadline:)``; may be repeated.
  @discardableResult
  public func shutdown(silent: Bool = true, deadline: Duration? = .seconds(30)) async throws -> CellCloseReport {
    try await end(deadline: deadline, silent: silent, isFinal: true)
  }

  func end(deadline: Duration?, silent: Bool, isFinal: Bool) async throws -> CellCloseReport {
    if let deadline, deadline < .zero { throw Self.negative(deadline, name) }
    var members: [Member] = []
    step { state in
      members = state.members.values.sorted { $0.id < $1.id }
      for member in members { member.leave(.closed) }
      return state.table.closeAll(isFinal: isFinal)
    }
    let report = await withTaskGroup(of: CellCloseReport.Item.self) { group in
      for member in members {
        group.addTask { [self] in
          await OrderedClose.item(member.cell.name) { try await end(member, deadline: deadline, silent: false) }
        }
      }
      return await group.reduce(into: CellCloseReport()) { $0.items.append($1) }
    }
    if !silent, let error = report.error { throw error }
    return report
  }

  /// Ends a key's cell and gives its place back, later if need be.
  private func end(_ member: Member, deadline: Duration?, silent: Bool) async throws -> CellCloseOutcome {
    do {
      let outcome = try await member.cell.shutDown(deadline: deadline, silent: silent)
      settle(member)
      return outcome
    } catch {
      if (error as? CellError)?.code == .disposeFailed { settle(member) } else { finish(member) }
      throw error
    }
  }
}
