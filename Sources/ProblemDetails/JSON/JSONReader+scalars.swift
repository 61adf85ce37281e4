extension JSONReader {
  /// A number by the grammar of RFC 8259 section 6: no leading zero, no plus sign, no bare point.
  mutating func number() throws(ProblemDetailsError) -> ProblemValue {
    let start = position
    _ = consume("-")
    if !consume("0") {
      guard digits() > 0 else { throw malformed("a value is due") }
    }
    var isInteger = true
    if consume(".") {
      isInteger = false
      guard digits() > 0 else { throw malformed("a digit is due after the decimal point") }
    }
    if consume("e") || consume("E") {
      isInteger = false
      if !consume("+") { _ = consume("-") }
      guard digits() > 0 else { throw malformed("a digit is due in the exponent") }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isInteger, let value = Int64(text) { return .integer(value) }
    guard let value = Double(text), value.isFinite else { throw malformed("a number out of range") }
    return .number(value)
  }

  private mutating func digits() -> Int {
    let start = position
    while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
    return position - start
  }

  /// A string by RFC 8259 section 7. Unpaired surrogates and invalid UTF-8 are refused: Swift could not hold them.
  mutating func string() throws(ProblemDetailsError) -> String {
    position += 1
    var text: [UInt8] = []
    while let byte = peek {
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        guard let string = String(validating: text, as: UTF8.self) else { throw malformed("a string is not UTF-8") }
        return string
      case UInt8(ascii: "\\"):
        position += 1
        try escape(into: &text)
      case 0..<0x20:
        throw malformed("a control character in a string must be escaped")
      default:
        text.append(byte)
        position += 1
      }
    }
    throw malformed("the document ends inside a string")
  }

  private mutating func escape(into text: inout [UInt8]) throws(ProblemDetailsError) {
    guard let byte = peek else { throw malformed("the document ends inside an escape") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): text.append(contentsOf: Array(String(try unicodeEscape()).utf8))
    default: throw malformed("an unknown escape")
    }
  }

  private mutating func unicodeEscape() throws(ProblemDetailsError) -> Character {
    let first = try hexQuad()
    var code = UInt32(first)
    if (0xD800...0xDBFF).contains(first) {
      guard consume("\\"), consume("u") else { throw malformed("an unpaired surrogate") }
      let second = try hexQuad()
      guard (0xDC00...0xDFFF).contains(second) else { throw malformed("an unpaired surrogate") }
      code = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(code) else { throw malformed("an unpaired surrogate") }
    return Character(scalar)
  }

  private mutating func hexQuad() throws(ProblemDetailsError) -> UInt16 {
    guard position + 4 <= bytes.count else { throw malformed("four hexadecimal digits are due") }
    var value: UInt16 = 0
    for byte in bytes[position..<position + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw malformed("four hexadecimal digits are due")
      }
      value = value << 4 | UInt16(digit)
    }
    position += 4
    return value
  }
}
