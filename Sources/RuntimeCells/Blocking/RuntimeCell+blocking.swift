public import CellContract

/// The blocking face: for plain threads, blocking factories among them. Inside a Swift task only a ready cell answers.
extension RuntimeCell {
  /// A lease on the payload; blocks the calling thread while `factory` makes it on a loader thread.
  ///
  /// - Parameters:
  ///   - deadline: how long to block; nil blocks as long as it takes.
  ///   - factory: makes the payload and may block.
  /// - Throws: ``CellError`` as the asynchronous form, and `wouldBlockTask` inside any Swift task when the cell is not
  ///   ready.
  public func getOrInitializeBlocking(
    deadline: Duration? = nil, fileID: StaticString = #fileID, line: UInt = #line,
    _ factory: @escaping @Sendable () throws -> Value
  ) throws -> Lease<Value> {
    try leaseBlocking(deadline: deadline, .blocking(factory), fileID, line)
  }

  /// A lease on the payload, which the cell's own factory makes first if need be; blocks the calling thread meanwhile.
  ///
  /// - Throws: as ``getOrInitializeBlocking(deadline:_:)``; `empty` when there is no factory.
  @inlinable
  public func leaseBlocking(
    deadline: Duration? = nil, fileID: StaticString = #fileID, line: UInt = #line
  ) throws -> Lease<Value> {
    try leaseBlocking(deadline: deadline, factory, fileID, line)
  }

  /// Calls `body` with the payload, which the cell's own factory makes first if need be; blocks the calling thread
  /// meanwhile.
  ///
  /// - Throws: as ``leaseBlocking(deadline:)``, and what `body` throws.
  @inlinable
  public func withValueBlocking<R>(
    deadline: Duration? = nil, fileID: StaticString = #fileID, line: UInt = #line, _ body: (Value) throws -> R
  ) throws -> R {
    let lease = try leaseBlocking(deadline: deadline, factory, fileID, line)
    return try lease.withValue(body)
  }

  /// Closes the cell like ``close(deadline:silent:)`` and blocks the calling thread meanwhile.
  ///
  /// - Throws: as ``close(deadline:silent:)``, and `wouldBlockTask` inside any Swift task.
  @discardableResult
  public func closeBlocking(deadline: Duration? = .seconds(30), silent: Bool = true) throws -> CellCloseOutcome {
    try core.refuseInTask()
    let parker = ThreadParker<Result<CellCloseOutcome, any Error>>()
    let scope = InitScope.active ?? InitScope()
    Task.detached { [core] in
      do {
        let outcome = try await InitScope.$current.withValue(scope) {
          try await core.close(deadline: deadline, silent: silent, isFinal: false)
        }
        parker.resume(with: .success(outcome))
      } catch { parker.resume(with: .failure(error)) }
    }
    return try parker.park().get()
  }

  /// The lease at once if the cell is ready and nobody is to be told, else by way of the gate and the machine.
  @inlinable
  func leaseBlocking(
    deadline: Duration?, _ factory: CellFactory<Value>?, _ fileID: StaticString, _ line: UInt
  ) throws -> Lease<Value> {
    if !isTended, !InitScope.mayBeActive, let entry = ground.enter() { return Lease(entry, payloads + entry.slot) }
    return try waitBlocking(deadline: deadline, factory, fileID, line)
  }

  @usableFromInline
  func waitBlocking(
    deadline: Duration?, _ factory: CellFactory<Value>?, _ fileID: StaticString, _ line: UInt
  ) throws -> Lease<Value> {
    if let gate, !gate.tryEnter() {
      try core.refuseInTask()
      try gate.enterBlocking()
    }
    if InitScope.mayBeActive { noteDependency() }
    do {
      let entry =
        if let entry = ground.enter() { entry } else {
          entry(for: try core.waitBlocking(factory: factory, deadline: deadline))
        }
      return tended(entry, fileID, line)
    } catch {
      gate?.leave()
      throw error
    }
  }
}

extension CellCore {
  /// Blocks for a lease, by way of the machine.
  func waitBlocking(factory: CellFactory<Value>?, deadline: Duration?) throws -> Grant {
    try refuseInTask()
    let waiter = try makeWaiter(factory: factory, deadline: deadline)
    let edge = try enterGraph(waiter.scope)
    defer { leaveGraph(edge) }
    let parker = ThreadParker<Result<Grant, any Error>>()
    enter(waiter, .thread(parker), deadline: deadline)
    return try parker.park().get()
  }

  /// Blocking a thread of the cooperative pool can stop the process (D13).
  func refuseInTask() throws(CellError) {
    guard withUnsafeCurrentTask(body: { $0 != nil }) else { return }
    throw CellError(
      .wouldBlockTask, cell: name,
      message: "Cell '\(name)' would block a thread of the cooperative pool. Use the async form inside tasks.")
  }
}
