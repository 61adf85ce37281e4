/// The characters of a URI reference (RFC 3986 section 4.1): enough to refuse spaces, line breaks and raw Unicode.
enum URIReference {
  private static let allowed = Set("-._~:/?#[]@!$&'()*+,;=".utf8)

  static func isValid(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard !bytes.isEmpty, bytes.filter({ $0 == UInt8(ascii: "#") }).count <= 1 else { return false }
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "%") {
        guard index + 2 < bytes.count, isHex(bytes[index + 1]), isHex(bytes[index + 2]) else { return false }
        index += 3
      } else {
        guard isAlphanumeric(byte) || allowed.contains(byte) else { return false }
        index += 1
      }
    }
    return true
  }

  private static func isHex(_ byte: UInt8) -> Bool { Character(Unicode.Scalar(byte)).isHexDigit }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }
}
