public import CellContract

/// The right to use the payload of one key of a ``CellPool``, until it is released. Like ``Lease``; its key is not evicted
/// meanwhile.
public struct PooledLease<Key: Hashable & Sendable, Value: Sendable>: ~Copyable, Sendable {
  private let lease: Lease<Value>
  private let member: PoolMember<Key, Value>
  private let pool: CellPool<Key, Value>

  init(_ lease: consuming Lease<Value>, _ member: PoolMember<Key, Value>, of pool: CellPool<Key, Value>) {
    self.lease = lease
    self.member = member
    self.pool = pool
  }

  deinit { pool.leave(member) }

  /// The key.
  public var key: Key { member.key }

  /// The payload. Do not keep it beyond the lease.
  public var value: Value {
    _read { yield lease.value }
  }

  /// The payload's generation. It never repeats for a key, even when the key was evicted in between.
  public var generation: CellGeneration { lease.generation }

  /// Gives the lease back now.
  public consuming func release() {}

  /// Calls `body` with the payload, without retaining it.
  public borrowing func withValue<R, E: Error>(_ body: (Value) throws(E) -> R) throws(E) -> R {
    try lease.withValue(body)
  }
}
