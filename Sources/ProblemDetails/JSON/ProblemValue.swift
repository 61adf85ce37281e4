/// A JSON value (RFC 8259) as an extension member of a problem carries it.
///
/// Integers and other numbers are kept apart, so that `404` never comes back as `404.0`.
public enum ProblemValue: Sendable, Hashable {
  /// `null`. Decoded where a foreign document has it; the strict encoder refuses it.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A number written without fraction and exponent that fits 64 bits.
  case integer(Int64)
  /// Any other number; must be finite to be encoded.
  case number(Double)
  /// A string.
  case string(String)
  /// An ordered list.
  case array([ProblemValue])
  /// An object; member order carries no meaning.
  case object([String: ProblemValue])
}

extension ProblemValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// A string.
  public init(stringLiteral value: String) { self = .string(value) }

  /// An integer.
  public init(integerLiteral value: Int64) { self = .integer(value) }

  /// A number.
  public init(floatLiteral value: Double) { self = .number(value) }

  /// A truth value.
  public init(booleanLiteral value: Bool) { self = .bool(value) }

  /// A list.
  public init(arrayLiteral elements: ProblemValue...) { self = .array(elements) }

  /// An object; of two members with one name the later one stays.
  public init(dictionaryLiteral elements: (String, ProblemValue)...) {
    self = .object(Dictionary(elements, uniquingKeysWith: { _, last in last }))
  }
}

extension ProblemValue {
  /// The string, if this is one.
  public var stringValue: String? {
    if case .string(let value) = self { return value }
    return nil
  }

  /// The integer: also of a number without fraction, as `404.0` (JSON has one number type).
  public var integerValue: Int64? {
    switch self {
    case .integer(let value): return value
    case .number(let value): return Int64(exactly: value)
    default: return nil
    }
  }

  /// The list, if this is one.
  public var arrayValue: [ProblemValue]? {
    if case .array(let value) = self { return value }
    return nil
  }

  /// The members, if this is an object.
  public var objectValue: [String: ProblemValue]? {
    if case .object(let value) = self { return value }
    return nil
  }
}
