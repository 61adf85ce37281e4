import Foundation

/// Encoding of machine-readable results: sorted keys, plain slashes, a final newline; one document over several lines, or
/// one line for streams (JSON Lines).
enum JSONPage {
  static func text(_ value: some Encodable, isLine: Bool = false) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting =
      isLine ? [.sortedKeys, .withoutEscapingSlashes] : [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
  }
}
