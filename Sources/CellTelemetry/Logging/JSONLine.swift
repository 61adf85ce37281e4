import Logging

/// One JSON object, written member by member in the order in which they are added.
struct JSONLine {
  private(set) var bytes: [UInt8] = [UInt8(ascii: "{")]

  mutating func add(_ name: String, _ text: String) {
    begin(name)
    append(text)
  }

  /// Adds a member whose value is JSON already.
  mutating func add(_ name: String, json: String) {
    begin(name)
    bytes.append(contentsOf: json.utf8)
  }

  mutating func add(_ name: String, _ metadata: Logger.Metadata) {
    begin(name)
    append(.dictionary(metadata))
  }

  mutating func finish() -> [UInt8] {
    bytes.append(contentsOf: "}\n".utf8)
    return bytes
  }

  private mutating func begin(_ name: String) {
    if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
    append(name)
    bytes.append(UInt8(ascii: ":"))
  }

  private mutating func append(_ value: Logger.MetadataValue) {
    switch value {
    case .string(let text): append(text)
    case .stringConvertible(let value): append(scalar: value)
    case .array(let values):
      bytes.append(UInt8(ascii: "["))
      for (index, value) in values.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        append(value)
      }
      bytes.append(UInt8(ascii: "]"))
    case .dictionary(let members):
      bytes.append(UInt8(ascii: "{"))
      for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        append(member.key)
        bytes.append(UInt8(ascii: ":"))
        append(member.value)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  /// Numbers and truth values as such, all else as text.
  private mutating func append(scalar value: any CustomStringConvertible) {
    switch value {
    case let value as Bool: bytes.append(contentsOf: (value ? "true" : "false").utf8)
    case let value as any BinaryInteger: bytes.append(contentsOf: "\(value)".utf8)
    case let value as Double where value.isFinite: bytes.append(contentsOf: "\(value)".utf8)
    case let value as Float where value.isFinite: bytes.append(contentsOf: "\(value)".utf8)
    default: append(value.description)
    }
  }

  private mutating func append(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): bytes.append(contentsOf: "\\\"".utf8)
      case UInt8(ascii: "\\"): bytes.append(contentsOf: "\\\\".utf8)
      case UInt8(ascii: "\n"): bytes.append(contentsOf: "\\n".utf8)
      case UInt8(ascii: "\r"): bytes.append(contentsOf: "\\r".utf8)
      case UInt8(ascii: "\t"): bytes.append(contentsOf: "\\t".utf8)
      case 0..<0x20:
        let digits = Array("0123456789abcdef".utf8)
        bytes.append(contentsOf: "\\u00".utf8)
        bytes.append(digits[Int(byte >> 4)])
        bytes.append(digits[Int(byte & 15)])
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
