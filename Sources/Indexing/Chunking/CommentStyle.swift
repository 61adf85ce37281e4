/// Tells comment lines and closing lines from code, line by line and by prefix only: good enough to decide which chunk a
/// line joins, where a wrong answer moves a line but never loses one.
struct CommentStyle: Sendable {
  private let prefixes: [[UInt8]]

  init(language: String) {
    let prefixes: [String] =
      switch language {
      case "python", "ruby", "shell", "perl", "r", "yaml", "toml", "make", "cmake", "elixir", "julia", "starlark",
        "dockerfile":
        ["#", "@"]
      case "sql", "lua", "haskell": ["--"]
      case "erlang", "tex": ["%"]
      case "lisp", "clojure", "assembly": [";"]
      case "markdown", "restructuredtext", "text", "json": []
      case "rust", "php", "csharp": ["//", "/*", "*", "#[", "["]
      default: ["//", "/*", "*", "@"]
      }
    self.prefixes = prefixes.map { Array($0.utf8) }
  }

  /// Whether the line, after white space, begins as a comment, an attribute or a decorator does.
  func isComment(_ line: ArraySlice<UInt8>) -> Bool {
    let text = line.drop { $0 == 0x20 || $0 == 0x09 }
    return prefixes.contains { text.starts(with: $0) }
  }

  /// Whether the line holds only closing brackets and separators, `end` or `#endif`.
  func isCloser(_ line: ArraySlice<UInt8>) -> Bool {
    let text = line.filter { $0 != 0x20 && $0 != 0x09 }
    if text.isEmpty || text.elementsEqual("end".utf8) || text.elementsEqual("#endif".utf8) { return true }
    return text.allSatisfy { "})];,".utf8.contains($0) }
  }
}
