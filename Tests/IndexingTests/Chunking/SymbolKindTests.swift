import Testing

@testable import Indexing

struct SymbolKindTests {
  @Test(arguments: [
    ("func", "swift", SymbolKind.function), ("init", "swift", .function), ("actor", "swift", .class),
    ("protocol", "swift", .interface), ("extension", "swift", .extension), ("let", "swift", .variable),
    ("case", "swift", .variable), ("typealias", "swift", .type), ("operator", "swift", .other),
    ("function", "c", .function), ("member", "c", .variable), ("member", "python", .function),
    ("typedef", "c", .type), ("method", "java", .function), ("trait", "rust", .interface),
    ("implementation", "rust", .extension), ("namespace", "cpp", .module), ("macro", "rust", .macro),
    ("table", "sql", .table), ("subsection", "markdown", .section), ("union", "cpp", .struct), ("enum", "go", .enum),
    ("neverHeardOf", "lisp", .other),
  ])
  func wordOfALanguage_read_kind(word: String, language: String, kind: SymbolKind) {
    #expect(SymbolKind(word: word, language: language) == kind)
  }

  @Test func ownSources_chunked_everyDefinitionHasAKind() throws {
    var kinds: [SymbolKind: Int] = [:]
    for file in try Repository.swiftFiles(under: "Sources") {
      for draft in SwiftChunker().chunks(of: file) {
        guard let word = draft.kind else { continue }
        kinds[SymbolKind(word: word, language: "swift"), default: 0] += 1
      }
    }
    #expect(kinds[.other] == nil)
    for kind in [SymbolKind.function, .class, .struct, .enum, .interface, .extension] { #expect(kinds[kind] ?? 0 > 0) }
  }

  @Test func namesOfLanguages_listed_allThereAndSorted() {
    #expect(Language.all == Language.all.sorted())
    for path in ["a.swift", "b.py", "CMakeLists.txt", "x.unknown", "go.mod"] {
      #expect(Language.all.contains(Language.named(path: path)))
    }
    #expect(Language.all.contains(Language.named(path: "run", firstLine: "#!/usr/bin/env python3")))
  }
}
