import SwiftSyntax

/// Collects the definitions of a syntax tree, the outer ones first. Function bodies are looked into as well: a function
/// that is too long for one chunk is divided at its local definitions.
struct SwiftDefinitions {
  let lines: LineTable
  private(set) var found: [Definition] = []
  private var scope: [String] = []

  init(lines: LineTable) { self.lines = lines }

  mutating func collect(_ statements: CodeBlockItemListSyntax) {
    for statement in statements {
      if let declaration = statement.item.as(DeclSyntax.self) { collect(declaration) }
    }
  }

  private mutating func collect(_ members: MemberBlockItemListSyntax) {
    for member in members { collect(member.decl) }
  }

  private mutating func collect(_ declaration: DeclSyntax) {
    if let conditional = declaration.as(IfConfigDeclSyntax.self) {
      for clause in conditional.clauses {
        switch clause.elements {
        case .decls(let members): collect(members)
        case .statements(let statements): collect(statements)
        default: break
        }
      }
    } else if let type = SwiftTypeDeclaration(declaration) {
      add(declaration, name: type.name, kind: type.kind, isOwnChunk: true, isContainer: true)
      let outer = scope
      scope += [type.name]
      collect(type.members)
      scope = outer
    } else {
      collectMember(declaration)
    }
  }

  private mutating func collectMember(_ declaration: DeclSyntax) {
    switch declaration.as(DeclSyntaxEnum.self) {
    case .functionDecl(let node):
      add(declaration, name: node.name.text + labels(node.signature.parameterClause), kind: "func", isOwnChunk: true)
      collectBody(node.body, in: node.name.text)
    case .initializerDecl(let node):
      add(declaration, name: "init" + labels(node.signature.parameterClause), kind: "init", isOwnChunk: true)
      collectBody(node.body, in: "init")
    case .deinitializerDecl(let node):
      add(declaration, name: "deinit", kind: "deinit", isOwnChunk: true)
      collectBody(node.body, in: "deinit")
    case .subscriptDecl(let node):
      let name = "subscript" + labels(node.parameterClause, isSubscript: true)
      add(declaration, name: name, kind: "subscript", isOwnChunk: true)
    case .variableDecl(let node):
      for binding in node.bindings.prefix(1) {
        let name = binding.pattern.trimmedDescription
        add(declaration, name: name, kind: node.bindingSpecifier.text, isOwnChunk: spansSeveralLines(declaration))
      }
    case .enumCaseDecl(let node):
      let name = node.elements.first?.name.text ?? ""
      add(declaration, name: name, kind: "case", isOwnChunk: false)
    case .typeAliasDecl(let node): add(declaration, name: node.name.text, kind: "typealias", isOwnChunk: false)
    case .associatedTypeDecl(let node):
      add(declaration, name: node.name.text, kind: "associatedtype", isOwnChunk: false)
    case .macroDecl(let node):
      add(declaration, name: node.name.text + labels(node.signature.parameterClause), kind: "macro", isOwnChunk: true)
    case .operatorDecl(let node): add(declaration, name: node.name.text, kind: "operator", isOwnChunk: false)
    case .precedenceGroupDecl(let node):
      add(declaration, name: node.name.text, kind: "precedencegroup", isOwnChunk: false)
    default: break
    }
  }

  private mutating func collectBody(_ body: CodeBlockSyntax?, in name: String) {
    guard let body else { return }
    let outer = scope
    scope += [name]
    collect(body.statements)
    scope = outer
  }

  private mutating func add(
    _ declaration: DeclSyntax, name: String, kind: String, isOwnChunk: Bool, isContainer: Bool = false
  ) {
    guard !name.isEmpty else { return }
    let first = lines.line(atOffset: startOffset(of: declaration))
    let last = lines.line(atOffset: max(0, declaration.endPositionBeforeTrailingTrivia.utf8Offset - 1))
    let symbol = (scope + [name]).joined(separator: ".")
    found.append(
      Definition(
        symbol: symbol, kind: kind, lines: first...max(first, last), isOwnChunk: isOwnChunk, isContainer: isContainer,
        hasThinHead: kind == "extension"))
  }

  /// Four lines without the leading comment: less is better read beside its neighbours.
  private func spansSeveralLines(_ declaration: DeclSyntax) -> Bool {
    let first = lines.line(atOffset: declaration.positionAfterSkippingLeadingTrivia.utf8Offset)
    let last = lines.line(atOffset: max(0, declaration.endPositionBeforeTrailingTrivia.utf8Offset - 1))
    return last - first >= 3
  }

  /// Where the comment directly above begins, else the declaration itself. A blank line cuts a comment off.
  private func startOffset(of declaration: DeclSyntax) -> Int {
    var offset = declaration.position.utf8Offset
    var start: Int?
    var lineEnds = 0
    for piece in declaration.leadingTrivia {
      switch piece {
      case .newlines(let count), .carriageReturns(let count), .carriageReturnLineFeeds(let count):
        lineEnds += count
        if lineEnds > 1 { start = nil }
      case .lineComment, .blockComment, .docLineComment, .docBlockComment:
        if start == nil { start = offset }
        lineEnds = 0
      default: break
      }
      offset += piece.sourceLength.utf8Length
    }
    return start ?? declaration.positionAfterSkippingLeadingTrivia.utf8Offset
  }

  /// "(options:_:)". Parameters of a subscript have a label only when they write two names.
  private func labels(_ clause: FunctionParameterClauseSyntax, isSubscript: Bool = false) -> String {
    let names = clause.parameters.map { parameter in
      isSubscript && parameter.secondName == nil ? "_:" : parameter.firstName.text + ":"
    }
    return "(" + names.joined() + ")"
  }
}
