/// How a process of ours ends. The table is generated from `Fixtures/contract.json`; `docs/contract.md` shows it.
public struct ExitStatus: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
  /// The number the shell sees.
  public let rawValue: Int32

  /// Wraps a number.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// The number in decimal.
  public var description: String { String(rawValue) }
}
