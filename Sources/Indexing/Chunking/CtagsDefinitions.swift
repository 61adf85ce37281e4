/// Turns tags into definitions: which kinds stand alone, where they begin and end, what they are called.
struct CtagsDefinitions {
  private let lines: LineTable
  private let language: String
  private let comments: CommentStyle

  init(file: SourceFile) {
    lines = file.lines
    language = file.language
    comments = CommentStyle(language: file.language)
  }

  func definitions(from tags: [CtagsTag]) -> [Definition] {
    tags.compactMap { tag in
      guard let name = tag.name, let kind = tag.kind, let line = tag.line, (1...max(1, lines.count)).contains(line),
        !Self.ignoredKinds.contains(kind), !Self.isAnonymous(name)
      else { return nil }
      let end = min(lines.count, max(line, tag.end ?? estimatedEnd(of: line)))
      let callable = isCallable(kind)
      let alone = callable || Self.containerKinds.contains(kind) || Self.sectionKinds.contains(kind)
      return Definition(
        symbol: symbol(name, scope: tag.scope) + (callable ? "()" : ""), kind: kind,
        lines: start(above: line)...end, isOwnChunk: alone || end - line >= 3,
        isContainer: Self.containerKinds.contains(kind), hasThinHead: Self.thinKinds.contains(kind))
    }
  }

  private func symbol(_ name: String, scope: String?) -> String {
    guard let scope, !scope.isEmpty, !Self.isMarkup(language) else { return name }
    let separator = ["c", "cpp", "cuda", "rust", "perl"].contains(language) ? "::" : "."
    let parts = scope.split(separator: separator).filter { !Self.isAnonymous(String($0)) }
    return (parts + [name[...]]).joined(separator: separator)
  }

  private func isCallable(_ kind: String) -> Bool {
    Self.callableKinds.contains(kind) || (language == "python" && kind == "member")
  }

  /// The first line of the comment, attributes or decorators directly above.
  private func start(above line: Int) -> Int {
    var start = line
    while start > 1, line - start < 60, comments.isComment(lines.content(of: start - 1)) { start -= 1 }
    return start
  }

  /// Where a block that opens at `line` ends, by indentation: before the first line that is indented no deeper, or with
  /// that line when it closes the block.
  private func estimatedEnd(of line: Int) -> Int {
    guard let indent = lines.indent(of: line) else { return line }
    var end = line
    var next = line + 1
    while next <= lines.count {
      defer { next += 1 }
      guard let other = lines.indent(of: next) else { continue }
      if other <= indent {
        let text = lines.content(of: next).drop { $0 == 0x20 || $0 == 0x09 }
        guard other == indent, let first = text.first else { return end }
        if first == UInt8(ascii: "{") || (first == UInt8(ascii: ")") && text.last == UInt8(ascii: "{")) {
          end = next
          continue
        }
        let closes = "})]".utf8.contains(first) || text.elementsEqual("end".utf8) || text.elementsEqual("fi".utf8)
        return closes ? next : end
      }
      end = next
    }
    return end
  }

  private static func isAnonymous(_ name: String) -> Bool {
    name.hasPrefix("__anon") || name.hasPrefix("AnonymousFunction") || name.hasPrefix("anonymousFunction")
  }

  private static func isMarkup(_ language: String) -> Bool {
    ["markdown", "restructuredtext", "tex"].contains(language)
  }

  private static let ignoredKinds: Set<String> = [
    "package", "import", "include", "header", "parameter", "local", "label", "unknown", "file", "footnote", "hashtag",
    "citation", "alias_import", "namespace_alias",
  ]

  private static let callableKinds: Set<String> = [
    "function", "func", "method", "constructor", "subroutine", "procedure", "singletonMethod", "generator", "getter",
    "setter", "methodSpec", "rpc", "def",
  ]

  /// Divided into what they contain.
  private static let containerKinds: Set<String> = [
    "class", "struct", "interface", "trait", "module", "namespace", "implementation", "enum", "union", "object",
    "protocol", "category", "record", "service", "impl", "mixin",
  ]

  private static let thinKinds: Set<String> = ["module", "namespace", "implementation", "impl", "category"]

  /// Parts of a document: divided only when too long.
  private static let sectionKinds: Set<String> = [
    "chapter", "section", "subsection", "subsubsection", "l4subsection", "l5subsection", "title", "part", "paragraph",
    "message", "table", "view", "trigger",
  ]
}
