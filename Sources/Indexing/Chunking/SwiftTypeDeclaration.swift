import SwiftSyntax

/// A declaration with members: a type or an extension.
struct SwiftTypeDeclaration {
  let name: String
  let kind: String
  let members: MemberBlockItemListSyntax

  /// Nil for every other declaration.
  init?(_ declaration: DeclSyntax) {
    switch declaration.as(DeclSyntaxEnum.self) {
    case .structDecl(let node): (name, kind, members) = (node.name.text, "struct", node.memberBlock.members)
    case .classDecl(let node): (name, kind, members) = (node.name.text, "class", node.memberBlock.members)
    case .enumDecl(let node): (name, kind, members) = (node.name.text, "enum", node.memberBlock.members)
    case .protocolDecl(let node): (name, kind, members) = (node.name.text, "protocol", node.memberBlock.members)
    case .actorDecl(let node): (name, kind, members) = (node.name.text, "actor", node.memberBlock.members)
    case .extensionDecl(let node):
      (name, kind, members) = (node.extendedType.trimmedDescription, "extension", node.memberBlock.members)
    default: return nil
    }
  }
}
