/// Takes the host's folders out of texts that leave it (RFC 9457 section 5): of an absolute path only the last part stays.
enum HostPaths {
  static func removed(from text: String) -> String {
    guard text.contains("/") else { return text }
    var result = ""
    var rest = text[...]
    while let start = pathStart(in: rest) {
      result += rest[..<start]
      let path = rest[start...].prefix { !isEnd($0) }
      let parts = path.split(separator: "/")
      result += parts.count > 1 ? "…/" + (parts.last ?? "") : path
      rest = rest[path.endIndex...]
    }
    return result + rest
  }

  /// The next slash that begins a path: at the start, or after white space, a quote or a bracket.
  private static func pathStart(in text: Substring) -> Substring.Index? {
    var before: Character = " "
    for index in text.indices {
      if text[index] == "/", isEnd(before) || before == ":" || before == "=" { return index }
      before = text[index]
    }
    return nil
  }

  private static func isEnd(_ character: Character) -> Bool {
    character.isWhitespace || "\"'`()[]{}<>,;".contains(character)
  }
}
