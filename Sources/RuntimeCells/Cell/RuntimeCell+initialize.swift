public import CellContract

extension RuntimeCell {
  /// A lease on the payload, which is made first if need be. Of many callers at once one has its factory run; all get the
  /// same payload, or the same error.
  ///
  /// - Parameters:
  ///   - deadline: how long to wait; nil waits as long as it takes. The factory goes on for later callers.
  ///   - factory: makes the payload and may block; it runs on a thread made for that.
  /// - Throws: ``CellError`` with ``CellError/Code/initializationFailed``, `coolingDown`, `failed`, `closed`, `shutDown`,
  ///   `reentrant`, `warmingUp` (the deadline passed), `draining` (it passed while two older payloads were in use);
  ///   `CancellationError` as soon as the calling task is cancelled.
  @inlinable
  public func getOrInitialize(
    deadline: Duration? = nil, fileID: StaticString = #fileID, line: UInt = #line,
    _ factory: @escaping @Sendable () throws -> Value
  ) async throws -> Lease<Value> {
    try await lease(deadline: deadline, .blocking(factory), fileID, line)
  }

  /// The same for a factory that suspends; it runs in a task of the cell's own.
  @inlinable
  public func getOrInitialize(
    deadline: Duration? = nil, fileID: StaticString = #fileID, line: UInt = #line,
    _ factory: @escaping @Sendable () async throws -> Value
  ) async throws -> Lease<Value> {
    try await lease(deadline: deadline, .async(factory), fileID, line)
  }

  /// A lease on the payload, which the cell's own factory makes first if need be.
  ///
  /// - Throws: as ``getOrInitialize(deadline:_:)-(_,()throws->Value)``; `empty` when the cell has no factory and holds no
  ///   payload.
  @inlinable
  public func lease(
    deadline: Duration? = nil, fileID: StaticString = #fileID, line: UInt = #line
  ) async throws -> Lease<Value> {
    try await lease(deadline: deadline, factory, fileID, line)
  }

  /// Calls `body` with the payload, which the cell's own factory makes first if need be. The payload stays for as long as
  /// `body` runs, suspended or not.
  ///
  /// - Throws: as ``lease(deadline:)``, and what `body` throws.
  @inlinable
  public func withValue<R>(
    deadline: Duration? = nil, fileID: StaticString = #fileID, line: UInt = #line, _ body: (Value) async throws -> R
  ) async throws -> R {
    let lease = try await lease(deadline: deadline, factory, fileID, line)
    return try await body(lease.value)
  }

  /// Like ``withValue(deadline:_:)-(_,(Value)->R)``, and also tells the payload's generation.
  @inlinable
  public func withValue<R>(
    deadline: Duration? = nil, fileID: StaticString = #fileID, line: UInt = #line,
    _ body: (Value, CellGeneration) async throws -> R
  ) async throws -> R {
    let lease = try await lease(deadline: deadline, factory, fileID, line)
    return try await body(lease.value, lease.generation)
  }

  /// Calls `body` with the payload, which `factory` makes first if need be.
  ///
  /// - Throws: as ``lease(deadline:)``, and what `body` throws.
  @inlinable
  public func withValue<R>(
    deadline: Duration? = nil, fileID: StaticString = #fileID, line: UInt = #line,
    initializedBy factory: CellFactory<Value>, _ body: (Value) async throws -> R
  ) async throws -> R {
    let lease = try await lease(deadline: deadline, factory, fileID, line)
    return try await body(lease.value)
  }

  /// The lease at once if the cell is ready, else by way of the machine.
  @inlinable
  func lease(
    deadline: Duration?, _ factory: CellFactory<Value>?, _ fileID: StaticString, _ line: UInt
  ) async throws -> Lease<Value> {
    if isTended { return try await tendedLease(deadline: deadline, factory, fileID, line) }
    if let entry = ground.enter() {
      if InitScope.mayBeActive { noteDependency() }
      return Lease(entry, payloads + entry.slot)
    }
    let entry = try await wait(deadline: deadline, factory)
    return Lease(entry, payloads + entry.slot)
  }

  @usableFromInline
  func wait(deadline: Duration?, _ factory: CellFactory<Value>?) async throws -> CellEntry {
    noteDependency()
    return entry(for: try await core.wait(factory: factory, deadline: deadline))
  }

  /// The count that was taken for a caller.
  func entry(for grant: Grant) -> CellEntry {
    CellEntry(
      ground: ground, count: ground.count(stripe: grant.stripe, slot: grant.slot), slot: grant.slot,
      number: grant.generation)
  }

  /// If a factory asked, its cell depends on this one.
  @usableFromInline
  func noteDependency() { InitScope.active?.asker?.recordDependency(on: core) }
}
