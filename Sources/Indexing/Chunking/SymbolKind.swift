/// What a definition is, across languages: the kinds that searches can be restricted to.
///
/// A chunk keeps the word of its language (``Chunk/kind``): `func` in Swift, `method` in Java, `member` in Python. Each
/// word belongs to one of these.
public enum SymbolKind: String, Sendable, Hashable, CaseIterable {
  /// Functions, methods, initialisers, accessors, subscripts.
  case function
  /// Classes, actors, objects, exceptions.
  case `class`
  /// Structures, records, unions, messages.
  case `struct`
  /// Enumerations.
  case `enum`
  /// Protocols, interfaces, traits, services, annotations.
  case interface
  /// Extensions, implementations, categories.
  case `extension`
  /// Namespaces, modules, programs.
  case module
  /// Variables, constants, properties, fields, enumeration cases.
  case variable
  /// Type aliases and other types without members.
  case type
  /// Macros.
  case macro
  /// Tables and views of databases.
  case table
  /// Chapters and sections of documents.
  case section
  /// Every other definition.
  case other

  /// The kind that a language's word means.
  public init(word: String, language: String) {
    // A member is a field in C and a method in Python.
    if language == "python", word == "member" {
      self = .function
    } else {
      self = Self.words[word] ?? .other
    }
  }

  private static let words: [String: SymbolKind] = {
    let lists: [(SymbolKind, [String])] = [
      (
        .function,
        [
          "func", "function", "method", "init", "deinit", "subscript", "constructor", "subroutine", "procedure",
          "singletonMethod", "generator", "getter", "setter", "methodSpec", "rpc", "def", "entry", "delegate",
          "callback", "guard", "functionVar", "test",
        ]
      ),
      (.class, ["class", "actor", "object", "exception", "Exception"]),
      (.struct, ["struct", "record", "union", "message"]), (.enum, ["enum"]),
      (.interface, ["protocol", "interface", "trait", "service", "annotation", "mixin"]),
      (.extension, ["extension", "implementation", "impl", "category"]),
      (.module, ["module", "namespace", "submodule", "program", "project"]),
      (
        .variable,
        [
          "var", "let", "variable", "constant", "const", "val", "field", "property", "member", "anonMember",
          "RecordField", "case", "enumerator", "enumConstant", "globalVar", "accessor", "option",
        ]
      ),
      (.type, ["type", "typealias", "associatedtype", "typedef", "alias", "subtype", "domain", "Constructor"]),
      (.macro, ["macro", "define"]), (.table, ["table", "view", "mltable"]),
      (
        .section,
        [
          "chapter", "section", "subsection", "subsubsection", "l4subsection", "l5subsection", "title", "part",
          "paragraph", "subparagraph",
        ]
      ),
    ]
    return Dictionary(lists.flatMap { kind, words in words.map { ($0, kind) } }) { first, _ in first }
  }()
}
