/// A bracket expression of a glob: bytes, ranges, `!` or `^`, and POSIX classes such as `[:alpha:]` (ASCII only).
struct ByteSet: Sendable {
  private var members = [Bool](repeating: false, count: 256)

  func contains(_ byte: UInt8) -> Bool { members[Int(byte)] }

  /// Reads the part after `[`, up to and with the closing `]`. Nil when it is malformed.
  static func parse(_ rest: inout ArraySlice<UInt8>) -> ByteSet? {
    var set = ByteSet()
    var negated = false
    if let first = rest.first, first == UInt8(ascii: "!") || first == UInt8(ascii: "^") {
      negated = true
      rest.removeFirst()
    }
    var isFirst = true
    while var byte = rest.popFirst() {
      if byte == UInt8(ascii: "]"), !isFirst {
        if negated { set.members = set.members.map { !$0 } }
        return set
      }
      isFirst = false
      if byte == UInt8(ascii: "["), rest.first == UInt8(ascii: ":") {
        guard let name = className(&rest), let test = classes[name] else { return nil }
        for value in UInt8.min...UInt8.max where test(value) { set.members[Int(value)] = true }
        continue
      }
      if byte == UInt8(ascii: "\\") {
        guard let escaped = rest.popFirst() else { return nil }
        byte = escaped
      }
      set.insert(from: byte, through: upperBound(&rest) ?? byte)
    }
    return nil
  }

  private mutating func insert(from low: UInt8, through high: UInt8) {
    guard low <= high else { return }
    for value in low...high { members[Int(value)] = true }
  }

  /// The end of a range, when a `-` that is not the last member follows.
  private static func upperBound(_ rest: inout ArraySlice<UInt8>) -> UInt8? {
    guard rest.first == UInt8(ascii: "-"), let next = rest.dropFirst().first, next != UInt8(ascii: "]") else {
      return nil
    }
    rest.removeFirst(2)
    if next == UInt8(ascii: "\\") { return rest.popFirst() }
    return next
  }

  /// The `alpha` of `:alpha:]`; nil when the class is not closed.
  private static func className(_ rest: inout ArraySlice<UInt8>) -> String? {
    let body = rest.dropFirst()
    guard let close = body.firstIndex(of: UInt8(ascii: "]")), close > body.startIndex,
      body[close - 1] == UInt8(ascii: ":")
    else { return nil }
    let name = body[body.startIndex..<(close - 1)]
    rest = body[(close + 1)...]
    return String(decoding: name, as: UTF8.self)
  }

  private static let classes: [String: @Sendable (UInt8) -> Bool] = [
    "alnum": { isLetter($0) || isDigit($0) },
    "alpha": { isLetter($0) },
    "blank": { $0 == 0x20 || $0 == 0x09 },
    "cntrl": { $0 < 0x20 || $0 == 0x7F },
    "digit": { isDigit($0) },
    "graph": { $0 > 0x20 && $0 < 0x7F },
    "lower": { (0x61...0x7A).contains($0) },
    "print": { $0 >= 0x20 && $0 < 0x7F },
    "punct": { $0 > 0x20 && $0 < 0x7F && !isLetter($0) && !isDigit($0) },
    "space": { $0 == 0x20 || (0x09...0x0D).contains($0) },
    "upper": { (0x41...0x5A).contains($0) },
    "xdigit": { isDigit($0) || (0x41...0x46).contains($0) || (0x61...0x66).contains($0) },
  ]

  private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) }
  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
