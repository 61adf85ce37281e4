/// A pattern that picks files by path, in the syntax of `.gitignore`: `Sources/**`, `*.swift`, `Tests/`, `lib/[a-m]*`.
///
/// It picks a file when it matches the file's path or that of a folder above it. Without a slash, other than one at its
/// end, it is compared with each component of the path; with one it begins at the root of the indexed tree. `*` and `?`
/// never match a slash, `**` as a whole component matches any number of components. Letter case counts.
public struct PathGlob: Sendable, Hashable, CustomStringConvertible {
  /// The most characters (Unicode scalars) of a pattern.
  public static let maximumCharacters = 512

  /// The pattern as it was given.
  public let description: String
  private let pattern: PathPattern

  /// Reads a pattern.
  ///
  /// - Throws: ``IndexingError`` with code `indexing.path-pattern`, whose message says what is wrong with it.
  public init(_ text: String) throws(IndexingError) {
    if let fault = Self.fault(in: text) {
      throw IndexingError(.pathPattern, "The path pattern \(fault).", actual: text)
    }
    guard let pattern = PathPattern(Array(text.utf8)[...]) else {
      throw IndexingError(.pathPattern, "The path pattern names no file.", actual: text)
    }
    description = text
    self.pattern = pattern
  }

  /// Whether it picks the file, given by its path relative to the root of the tree.
  public func matches(_ path: String) -> Bool {
    let components = Array(path.utf8)[...].split(separator: UInt8(ascii: "/"))
    return components.indices.contains { end in
      pattern.matches(components[...end], isDirectory: end + 1 < components.endIndex)
    }
  }

  /// Compares the texts.
  public static func == (left: Self, right: Self) -> Bool { left.description == right.description }

  /// Hashes the text.
  public func hash(into hasher: inout Hasher) { hasher.combine(description) }
}

extension PathGlob {
  /// What is wrong with a pattern, as the rest of a sentence; nil when nothing is. The OpenAPI document says the same as a
  /// regular expression.
  private static func fault(in text: String) -> String? {
    let length = text.unicodeScalars.count
    if text.isEmpty { return "is empty: write one such as Sources/** or *.swift" }
    if length > maximumCharacters { return "has \(length) characters, \(maximumCharacters) are accepted" }
    if text.utf8.allSatisfy({ $0 == UInt8(ascii: "/") }) { return "names the root alone: leave it out for all files" }
    if text.hasPrefix("!") {
      return "begins with '!': files are left out by exclude-path patterns (--exclude-path, over HTTP exclude_paths)"
    }
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      switch scalar {
      case "{", "}": return "has a brace: give each alternative as a pattern of its own"
      case "\\": return "has a backslash: write ? for a character that means something else"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F: return "has a control character"
      case "[":
        guard skipClass(&rest) else {
          return "has a '[' that is not closed, or a class without a member or with a slash, bracket or brace: "
            + "write it like [a-z] or [!0-9]"
        }
      default: break
      }
    }
    return nil
  }

  /// Reads the part after `[` up to and with `]`; false when it is not well formed.
  private static func skipClass(_ rest: inout Substring.UnicodeScalarView) -> Bool {
    if rest.first == "!" || rest.first == "^" { rest.removeFirst() }
    var isEmpty = true
    while let scalar = rest.popFirst() {
      if scalar == "]" { return !isEmpty }
      guard !"[/\\{}".unicodeScalars.contains(scalar), scalar.value >= 0x20, scalar.value != 0x7F else { return false }
      isEmpty = false
    }
    return false
  }
}
