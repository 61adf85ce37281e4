import Testing

@testable import Indexing

struct PathGlobTests {
  @Test(arguments: [
    // pattern, path, matches
    ("Sources/**", "Sources/A/b.swift", true),
    ("Sources/**", "Tests/Sources/b.swift", false),
    ("Sources", "Sources/A/b.swift", true),
    ("Sources", "lib/Sources/b.swift", true),
    ("/Sources", "lib/Sources/b.swift", false),
    ("Sources/", "Sources/b.swift", true),
    ("Sources/", "docs/Sources", false),
    ("Sources/A", "Sources/A/deep/er/b.swift", true),
    ("Sources/A", "Sources/AB/b.swift", false),
    ("*.swift", "a.swift", true),
    ("*.swift", "deep/er/a.swift", true),
    ("*.swift", "a.swiftinterface", false),
    ("**/*.swift", "deep/a.swift", true),
    ("Sources/*.swift", "Sources/A/b.swift", false),
    ("Sources/**/*Store*", "Sources/A/B/ChunkStore.swift", true),
    ("lib/[a-m]*", "lib/abc", true),
    ("lib/[!a-m]*", "lib/abc", false),
    ("?.c", "é.c", false),
    ("é.c", "é.c", true),
    ("sources/**", "Sources/b.swift", false),
    ("a]", "a]", true),
    ("#x", "#x", true),
    ("a b", "a b", true),
    ("a//b", "a/b", false),
    ("**", "a/b", true),
  ])
  func pattern_path_documentedAnswer(pattern: String, path: String, matches: Bool) throws {
    #expect(try PathGlob(pattern).matches(path) == matches)
  }

  @Test(arguments: [
    ("", "empty"), ("/", "root alone"), ("//", "root alone"), ("!Tests", "begins with '!'"), ("*.{c,h}", "brace"),
    ("a\\*", "backslash"), ("a\u{7}", "control character"), ("[a", "not closed"), ("[]", "not closed"),
    ("[!]", "not closed"), ("[[:alpha:]]", "not closed"), ("[a/b]", "not closed"),
    (String(repeating: "a", count: 513), "513 characters, 512 are accepted"),
  ])
  func badPattern_read_errorSaysWhatIsWrong(pattern: String, said: String) {
    let error = #expect(throws: IndexingError.self) { try PathGlob(pattern) }
    #expect(error?.code == .pathPattern)
    #expect(error?.message.contains(said) == true, "\(error?.message ?? "")")
    #expect(error?.actual == pattern)
  }

  @Test func longestPattern_read_accepted() throws {
    #expect(try PathGlob(String(repeating: "é", count: 512)).matches(String(repeating: "é", count: 512)))
  }
}
