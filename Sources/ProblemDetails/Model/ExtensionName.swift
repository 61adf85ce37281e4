/// The grammar of extension names (RFC 9457 section 3.2): three characters or more, a letter first, then letters,
/// digits and underscores, and none of the five members' names.
public enum ExtensionName {
  /// Whether a name follows the grammar and shadows nothing.
  public static func isValid(_ name: String) -> Bool {
    followsGrammar(name) && !ProblemDetails.reservedMembers.contains(name)
  }

  static func followsGrammar(_ name: String) -> Bool {
    guard name.utf8.count >= 3, let first = name.utf8.first, isLetter(first) else { return false }
    return name.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "_") }
  }

  static func validate(_ name: String) throws(ProblemDetailsError) {
    guard !ProblemDetails.reservedMembers.contains(name) else {
      throw ProblemDetailsError(
        .shadowedMember, "the extension \"\(name)\" would shadow the member of that name; set the member", member: name)
    }
    guard followsGrammar(name) else {
      throw ProblemDetailsError(
        .invalidExtensionName,
        "\"\(name)\" is no extension name: three or more of A-Z, a-z, 0-9 and _, a letter first", member: name)
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
