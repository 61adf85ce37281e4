/// A strict RFC 8259 parser over bytes that sees duplicate members and bounds its own depth.
struct JSONReader {
  /// Nesting deeper than this is refused before it can exhaust the stack.
  static let maximumDepth = 64

  let bytes: [UInt8]
  let duplicates: DuplicateMembers
  var position = 0

  init(_ bytes: [UInt8], duplicates: DuplicateMembers) {
    self.bytes = bytes
    self.duplicates = duplicates
    // RFC 8259 section 8.1: a parser may ignore a byte order mark.
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  /// The one value of the document; anything but white space after it is an error.
  mutating func document() throws(ProblemDetailsError) -> ProblemValue {
    let value = try value(depth: 0)
    skipWhitespace()
    guard position == bytes.count else { throw malformed("unexpected content after the value") }
    return value
  }

  private mutating func value(depth: Int) throws(ProblemDetailsError) -> ProblemValue {
    guard depth < Self.maximumDepth else {
      throw ProblemDetailsError(
        .tooDeep, "the document nests deeper than \(Self.maximumDepth) levels", offset: position)
    }
    skipWhitespace()
    switch peek {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    case nil: throw malformed("the document ends where a value is due")
    default: return try number()
    }
  }

  private mutating func object(depth: Int) throws(ProblemDetailsError) -> ProblemValue {
    position += 1
    var members: [String: ProblemValue] = [:]
    skipWhitespace()
    if consume("}") { return .object(members) }
    repeat {
      skipWhitespace()
      guard peek == UInt8(ascii: "\"") else { throw malformed("a member name in quotes is due") }
      let start = position
      let name = try string()
      if duplicates == .reject, members[name] != nil {
        throw ProblemDetailsError(.duplicateMember, "the member \"\(name)\" appears twice", member: name, offset: start)
      }
      skipWhitespace()
      guard consume(":") else { throw malformed("a colon is due after the member name") }
      members[name] = try value(depth: depth + 1)
      skipWhitespace()
    } while consume(",")
    guard consume("}") else { throw malformed("a comma or a closing brace is due") }
    return .object(members)
  }

  private mutating func array(depth: Int) throws(ProblemDetailsError) -> ProblemValue {
    position += 1
    var elements: [ProblemValue] = []
    skipWhitespace()
    if consume("]") { return .array(elements) }
    repeat {
      elements.append(try value(depth: depth + 1))
      skipWhitespace()
    } while consume(",")
    guard consume("]") else { throw malformed("a comma or a closing bracket is due") }
    return .array(elements)
  }

  private mutating func literal(_ text: String, _ value: ProblemValue) throws(ProblemDetailsError) -> ProblemValue {
    guard bytes[position...].starts(with: text.utf8) else { throw malformed("a value is due") }
    position += text.utf8.count
    return value
  }

  // MARK: - Bytes

  var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func consume(_ character: Unicode.Scalar) -> Bool {
    guard peek == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func skipWhitespace() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  func malformed(_ what: String) -> ProblemDetailsError {
    ProblemDetailsError(.malformedJSON, "not JSON at byte \(position): \(what)", offset: position)
  }
}
