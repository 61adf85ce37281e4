internal import CellContract

extension CellPool {
  /// A lease on the payload of a key, which is made first if need be, by one factory for all who ask.
  ///
  /// - Parameter deadline: how long to wait in all, for a place and for the payload; nil waits as long as it takes.
  /// - Throws: ``CellError`` with `overloaded` (all keys are in use; see ``CellPoolOptions/WhenFull``), `closed`,
  ///   `shutDown`, `invalidArgument` (a negative deadline), and whatever ``RuntimeCell/lease(deadline:)`` throws;
  ///   `CancellationError` as soon as the calling task is cancelled.
  public func lease(for key: Key, deadline: Duration? = nil) async throws -> PooledLease<Key, Value> {
    let begun = deadline == nil ? .zero : configuration.clock.now
    while true {
      var left = deadline
      if let deadline { left = deadline < .zero ? deadline : max(.zero, deadline - (configuration.clock.now - begun)) }
      let member = try await enter(key, deadline: left)
      if let deadline { left = max(.zero, deadline - (configuration.clock.now - begun)) }
      do {
        return PooledLease(try await member.cell.lease(deadline: left), member, of: self)
      } catch {
        let exit = member.exit
        leave(member)
        guard (error as? CellError)?.code == .shutDown else { throw error }
        switch exit {
        // It was its pool that ended the cell, under a caller who had got no lease yet.
        case .evicted: continue
        case .closed: throw state.withLock({ $0.table.isShutDown }) ? error : closedError
        case .none: throw error
        }
      }
    }
  }

  /// Calls `body` with the payload of a key, which is made first if need be. The payload stays for as long as `body` runs.
  ///
  /// - Throws: as ``lease(for:deadline:)``, and what `body` throws.
  public func withValue<R>(
    for key: Key, deadline: Duration? = nil, _ body: (Value) async throws -> R
  ) async throws -> R {
    let lease = try await lease(for: key, deadline: deadline)
    return try await body(lease.value)
  }

  /// Calls `body` with the payload of a key if it is there; nil otherwise. Never waits, never starts anything, evicts
  /// nothing. Counts as a use.
  ///
  /// - Throws: what `body` throws.
  public func withValueIfReady<R, E: Error>(for key: Key, _ body: (Value) throws(E) -> R) throws(E) -> R? {
    guard let member = state.withLock({ $0.enterIfPresent(key) }) else { return nil }
    defer { leave(member) }
    return try member.cell.withValueIfReady(body)
  }

  /// A user is done with a key.
  func leave(_ member: Member) {
    let isUseless = member.isUseless
    step { state in
      state.table.leave(member.key, id: member.id, isUseless: isUseless, worth: State.worth(state.members))
    }
  }

  /// Makes the caller a user of the key, at once or when there is a place.
  private func enter(_ key: Key, deadline: Duration?) async throws -> Member {
    if let deadline, deadline < .zero { throw Self.negative(deadline, name) }
    if let member = state.withLock({ $0.enterIfPresent(key) }) { return member }
    let label = label(key)
    let number = state.withLock {
      $0.next += 1
      return $0.next
    }
    defer { state.withLock { _ = $0.cancelledEarly.remove(number) } }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        enter(number, Waiting(key: key, label: label, continuation: continuation), deadline: deadline)
      }
    } onCancel: {
      giveUp(number, mayBeEarly: true, CancellationError())
    }
  }

  private func enter(_ number: UInt64, _ waiting: Waiting, deadline: Duration?) {
    let mayWait = options.whenFull != .refuse && InitScope.active == nil
    var isCancelled = false
    step { state in
      isCancelled = state.cancelledEarly.remove(number) != nil
      if isCancelled { return [] }
      state.waiting[number] = waiting
      let request = PoolTable<Key>.Request(number: number, key: waiting.key, mayWait: mayWait)
      return state.table.request(request, worth: State.worth(state.members))
    }
    if isCancelled { return waiting.continuation.resume(throwing: CancellationError()) }
    let longest = [deadline, options.longestWait].compactMap { $0 }.min()
    guard let longest, state.withLock({ $0.waiting[number] != nil }) else { return }
    let timer = Task.detached { [self] in
      do { try await configuration.clock.sleep(for: longest) } catch { return }
      giveUp(number, mayBeEarly: false, late)
    }
    let isWaiting = state.withLock {
      $0.waiting[number]?.timer = timer
      return $0.waiting[number] != nil
    }
    if !isWaiting { timer.cancel() }
  }

  private func giveUp(_ number: UInt64, mayBeEarly: Bool, _ error: any Error) {
    let found = state.withLock { state -> Waiting? in
      guard state.table.giveUp(number, isLate: !mayBeEarly) else {
        if mayBeEarly, state.waiting[number] == nil { state.cancelledEarly.insert(number) }
        return nil
      }
      return state.waiting.removeValue(forKey: number)
    }
    found?.timer?.cancel()
    found?.continuation.resume(throwing: error)
  }

  private var late: CellError {
    CellError(
      .overloaded, cell: name,
      message:
        "None of the \(options.maxKeys) keys of pool '\(name)' was free before the deadline. Wait longer, release "
        + "leases sooner, or raise maxKeys.")
  }
}
