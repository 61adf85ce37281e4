/// The query of a URI as `application/x-www-form-urlencoded`, read strictly.
enum QueryString {
  /// Names and values in order. A plus is a space.
  ///
  /// - Throws: ``ServerError`` with `malformedQuery` where a percent sign is followed by no two hexadecimal digits, or the
  ///   decoded bytes are no UTF-8.
  static func parse(_ query: Substring) throws(ServerError) -> [(name: String, value: String)] {
    var pairs: [(String, String)] = []
    for part in query.split(separator: "&") {
      let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      pairs.append((try decode(halves[0]), halves.count > 1 ? try decode(halves[1]) : ""))
    }
    return pairs
  }

  private static func decode(_ text: Substring) throws(ServerError) -> String {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
      case UInt8(ascii: "%"):
        guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
          throw ServerError(
            .malformedQuery, "A percent sign in the query is not followed by two hexadecimal digits; write %25 for it.")
        }
        bytes.append(high << 4 | low)
      default: bytes.append(byte)
      }
    }
    guard let decoded = String(validating: bytes, as: UTF8.self) else {
      throw ServerError(.malformedQuery, "The query does not decode to UTF-8; percent-encode UTF-8 bytes.")
    }
    return decoded
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }
}
