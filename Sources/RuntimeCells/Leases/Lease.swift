public import CellContract

/// The right to use a cell's payload, until it is released.
///
/// While a lease is held its payload is not disposed, whatever happens to the cell: a close waits for it, a swap leaves it
/// to finish. A lease may cross `await` and threads. It ends when it goes out of scope or at ``release()``, exactly once:
/// it cannot be copied.
///
/// Cost: one atomic addition to take, one to give back; no reference count is touched.
@frozen
public struct Lease<Value: Sendable>: ~Copyable, @unchecked Sendable {
  // @unchecked: the pointers stay good while the lease is counted, on whatever thread.
  @usableFromInline let entry: CellEntry
  @usableFromInline let payload: UnsafeMutablePointer<Payload<Value>>

  /// Is told of the end. The cell's core keeps it, and the count keeps the core.
  @usableFromInline let ending: Unmanaged<LeaseEnding>?

  @inlinable init(
    _ entry: CellEntry, _ payload: UnsafeMutablePointer<Payload<Value>>, ending: Unmanaged<LeaseEnding>? = nil
  ) {
    self.entry = entry
    self.payload = payload
    self.ending = ending
  }

  @inlinable deinit {
    if let ending { ending.takeUnretainedValue().leaseEnds() }
    entry.leave()
  }

  /// The payload. Do not keep it beyond the lease.
  @inlinable public var value: Value {
    _read { yield payload.pointee.value }
  }

  /// The payload's generation: what was computed from the payload may be cached under it.
  @inlinable public var generation: CellGeneration { entry.generation }

  /// Gives the lease back now.
  @inlinable public consuming func release() {}

  /// Calls `body` with the payload, without retaining it.
  @inlinable public borrowing func withValue<R, E: Error>(_ body: (Value) throws(E) -> R) throws(E) -> R {
    try payload.pointee.lend(body)
  }
}
