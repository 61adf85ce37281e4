/// Text inside quotes and inside HELP lines.
enum Escaping {
  /// Appends text with backslashes and line feeds escaped, and quotes too where asked.
  static func append(_ text: String, escapingQuotes: Bool, to bytes: inout [UInt8]) {
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\\"): bytes.append(contentsOf: "\\\\".utf8)
      case UInt8(ascii: "\n"): bytes.append(contentsOf: "\\n".utf8)
      case UInt8(ascii: "\"") where escapingQuotes: bytes.append(contentsOf: "\\\"".utf8)
      default: bytes.append(byte)
      }
    }
  }
}
