/// The number of one payload's life in a cell: 1 for the first payload, then one more for each later one, never back.
///
/// Results computed from a payload can be cached under its generation: a swap or a re-initialisation changes the number.
public struct CellGeneration: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The number itself; 0 means that no payload has been built yet.
  public let rawValue: UInt64

  /// Wraps a raw number.
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }

  /// Orders generations by age.
  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

  /// The decimal number.
  public var description: String { String(rawValue) }
}
