/// Writes JSON with members sorted by their UTF-8 bytes, so that equal values give equal bytes.
struct JSONWriter {
  private(set) var bytes: [UInt8] = []

  mutating func write(_ value: ProblemValue) {
    switch value {
    case .null: append("null")
    case .bool(let value): append(value ? "true" : "false")
    case .integer(let value): append(String(value))
    // Swift prints the shortest text that reads back the same, and always with a point or an exponent.
    case .number(let value): append(value.isFinite ? String(value) : "null")
    case .string(let value): write(string: value)
    case .array(let elements): write(array: elements)
    case .object(let members): write(object: members)
    }
  }

  private mutating func write(array elements: [ProblemValue]) {
    append("[")
    for (index, element) in elements.enumerated() {
      if index > 0 { append(",") }
      write(element)
    }
    append("]")
  }

  private mutating func write(object members: [String: ProblemValue]) {
    append("{")
    let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    for (index, member) in sorted.enumerated() {
      if index > 0 { append(",") }
      write(string: member.key)
      append(":")
      write(member.value)
    }
    append("}")
  }

  private mutating func write(string: String) {
    append("\"")
    for byte in string.utf8 {
      switch byte {
      case UInt8(ascii: "\""): append("\\\"")
      case UInt8(ascii: "\\"): append("\\\\")
      case 0x0A: append("\\n")
      case 0x0D: append("\\r")
      case 0x09: append("\\t")
      case 0..<0x20:
        let digits = String(byte, radix: 16)
        append("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
      default: bytes.append(byte)
      }
    }
    append("\"")
  }

  private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }
}
