/// Tokens of ASCII text, byte by byte.
enum ASCIIWords {
  static func forEachToken(in bytes: UnsafeBufferPointer<UInt8>, _ body: (String) -> Void) {
    var index = 0
    while index < bytes.count {
      guard table[Int(bytes[index])] != .separator else {
        index += 1
        continue
      }
      let start = index
      while index < bytes.count, table[Int(bytes[index])] != .separator { index += 1 }
      emit(bytes, start..<index, body)
    }
  }

  private static func emit(_ bytes: UnsafeBufferPointer<UInt8>, _ word: Range<Int>, _ body: (String) -> Void) {
    var parts: [Range<Int>] = []
    WordSplitter.parts(of: word, classes: { table[Int(bytes[$0])] }, { parts.append($0) })
    guard let first = parts.first, let last = parts.last else { return }
    // Leading and trailing underscores are style: `_foo` is `foo`.
    if parts.count > 1 { body(lowered(bytes, first.lowerBound..<last.upperBound)) }
    for part in parts { body(lowered(bytes, part)) }
  }

  private static func lowered(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> String {
    let count = min(range.count, IdentifierTokens.maximumTokenBytes)
    return String(unsafeUninitializedCapacity: count) { target in
      for offset in 0..<count {
        let byte = bytes[range.lowerBound + offset]
        target[offset] = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
      }
      return count
    }
  }

  private static let table: [WordCharacter] = (0..<128).map { byte in
    switch byte {
    case 0x61...0x7A: .lower
    case 0x41...0x5A: .upper
    case 0x30...0x39: .digit
    case 0x5F: .underscore
    default: .separator
    }
  }
}
