/// How much memory there is and how much is taken, at one moment.
public struct MemoryReading: Hashable, Sendable {
  /// What may be taken, in bytes; nil when nothing is known of a limit.
  public var limit: UInt64?
  /// What is taken of ``limit``, in bytes, without what the system gives back by itself when it must (unused file pages).
  public var usage: UInt64
  /// What of it this process holds in memory, in bytes; nil when unknown.
  public var resident: UInt64?
  /// The share of the last ten seconds in which at least one task waited for memory, 0 to 1; nil when unknown (Linux PSI,
  /// `some avg10`).
  public var pressure: Double?

  /// Makes a reading.
  public init(limit: UInt64?, usage: UInt64, resident: UInt64? = nil, pressure: Double? = nil) {
    self.limit = limit
    self.usage = usage
    self.resident = resident
    self.pressure = pressure
  }

  /// What is left below the limit, in bytes.
  public var available: UInt64? { limit.map { $0 > usage ? $0 - usage : 0 } }
}
