/// A setting's value, of the kind that its key has.
public enum SettingsValue: Sendable, Hashable {
  /// A text or a path.
  case text(String)
  /// A whole number.
  case integer(Int)
  /// Seconds, or another number.
  case number(Double)
  /// On or off.
  case flag(Bool)
  /// Several texts.
  case list([String])
}

extension SettingsValue: Encodable {
  /// The plain JSON value.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .text(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .flag(let value): try container.encode(value)
    case .list(let value): try container.encode(value)
    }
  }
}

extension SettingsValue: CustomStringConvertible {
  /// The value as people write it.
  public var description: String {
    switch self {
    case .text(let value): value
    case .integer(let value): "\(value)"
    case .number(let value): value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
    case .flag(let value): "\(value)"
    case .list(let value): value.joined(separator: ",")
    }
  }
}
