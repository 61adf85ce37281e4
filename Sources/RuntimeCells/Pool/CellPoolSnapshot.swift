public import CellContract

/// What a pool looked like at one moment.
public struct CellPoolSnapshot: Sendable, Hashable {
  /// One key that has a place.
  public struct Member: Sendable, Hashable {
    /// The key's label, the part in brackets of its cell's name.
    public var key: String
    /// Callers that use the key or wait for its payload.
    public var users: Int
    /// Whether it is being disposed.
    public var isClosing: Bool
    /// Its cell.
    public var cell: CellSnapshot
  }

  /// The pool's name.
  public var name: String
  /// How many keys may have a place.
  public var maxKeys: Int
  /// The keys that have one, the least recently used first.
  public var members: [Member]
  /// Callers that wait for a place.
  public var waiting: Int
  /// Keys that had to go for others so far.
  public var evictions: UInt64
  /// Callers that were refused because all keys were in use, or that waited too long.
  public var refused: UInt64
  /// Payloads made so far, those of gone keys included.
  public var built: UInt64
  /// Payloads disposed so far. `built == disposed + live` always holds.
  public var disposed: UInt64
  /// Payloads that exist right now.
  public var live: Int
  /// Whether the pool was shut down.
  public var isShutDown: Bool
}
