/// What a ``MemoryGovernor`` knew at one moment. Bytes are declared ones, except in the reading.
public struct MemoryGovernorSnapshot: Hashable, Sendable {
  /// The last reading; nil before the first one.
  public var reading: MemoryReading?
  /// Why the last attempt to take a reading failed, in words; nil after a success.
  public var readingError: String?
  /// Whether new payloads are paused.
  public var isPaused: Bool
  /// What all payloads together may come to; nil for no bound.
  public var budget: UInt64?
  /// What the payloads that exist or are being made come to.
  public var held: UInt64
  /// Inits and swaps that wait for room.
  public var waiting: Int
  /// Cells that are governed.
  public var cells: Int
  /// Cells closed to make room so far.
  public var closedForRoom: UInt64
  /// Inits and swaps that were refused so far.
  public var refused: UInt64
}
