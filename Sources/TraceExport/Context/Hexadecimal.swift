/// Ids in lower-case hexadecimal digits.
enum Hexadecimal {
  static func isHexadecimal(_ text: String) -> Bool {
    text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }

  /// Whether `text` is an id of that length that is not all zero.
  static func isID(_ text: String, digits: Int) -> Bool {
    text.utf8.count == digits && isHexadecimal(text) && text.utf8.contains { $0 != 0x30 }
  }

  /// 16 digits; not all zero.
  static func randomSpanID() -> String { text(UInt64.random(in: 1...UInt64.max)) }

  /// 32 digits; not all zero.
  static func randomTraceID() -> String {
    text(UInt64.random(in: 0...UInt64.max)) + text(UInt64.random(in: 1...UInt64.max))
  }

  private static func text(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
