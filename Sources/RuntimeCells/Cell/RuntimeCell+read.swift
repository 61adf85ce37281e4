public import CellContract
public import Synchronization

extension RuntimeCell {
  /// Calls `body` with the payload if there is one; nil when the cell is not ready. Never waits, never starts anything,
  /// takes no lock and allocates nothing: the hot path. On a cell with a gate nil also means that the gate is full; use
  /// ``withValue(deadline:_:)-(_,(Value)->R)`` where that must be told apart.
  ///
  /// Where the kernel has an expedited barrier the body is protected by a mark of the calling thread, else by a count:
  /// `docs/runtime-cells-read-path.md`. A thread's first read may allocate its record.
  ///
  /// - Throws: what `body` throws.
  @inlinable
  public func withValueIfReady<R, E: Error>(_ body: (Value) throws(E) -> R) throws(E) -> R? {
    guard gate?.tryEnter() ?? true else { return nil }
    defer { gate?.leave() }
    guard let read = ground.beginRead() else { return nil }
    defer { read.end() }
    return try payloads[read.slot].lend(body)
  }

  /// Like ``withValueIfReady(_:)-(_)``, and also tells the payload's generation, so that results can be cached under it.
  @inlinable
  public func withValueIfReady<R, E: Error>(
    _ body: (Value, CellGeneration) throws(E) -> R
  ) throws(E) -> R? {
    guard gate?.tryEnter() ?? true else { return nil }
    defer { gate?.leave() }
    guard let read = ground.beginRead() else { return nil }
    defer { read.end() }
    return try payloads[read.slot].lend(read.generation, body)
  }

  /// A lease if the cell is ready and its gate, if any, has room; else nil. Never waits, never starts anything.
  @inlinable
  public func leaseIfReady(fileID: StaticString = #fileID, line: UInt = #line) -> Lease<Value>? {
    if isTended { return tendedLeaseIfReady(fileID, line) }
    guard let entry = ground.enter() else { return nil }
    return Lease(entry, payloads + entry.slot)
  }

  /// A copy of the payload, unprotected: it may be disposed while the caller looks at it. For diagnostics and tests; use
  /// ``withValueIfReady(_:)-(_)`` to work with a payload. Never initialises and never blocks.
  public func peek() -> Value? {
    guard let read = ground.beginRead() else { return nil }
    defer { read.end() }
    return payloads[read.slot].value
  }

  /// Whether a payload is there right now.
  @inlinable
  public var isReady: Bool { ground.current.pointee.load(ordering: .acquiring) != 0 }

  /// The generation that is served, or nil.
  @inlinable
  public var generation: CellGeneration? {
    let word = ground.current.pointee.load(ordering: .acquiring)
    return word == 0 ? nil : CellGeneration(word >> 3)
  }
}
