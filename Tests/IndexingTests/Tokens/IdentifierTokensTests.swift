import Testing

@testable import Indexing

struct IdentifierTokensTests {
  @Test(arguments: [
    ("gracefulShutdown", ["gracefulshutdown", "graceful", "shutdown"]),
    ("graceful_shutdown", ["graceful_shutdown", "graceful", "shutdown"]),
    ("HTTPServer", ["httpserver", "http", "server"]),
    ("parseJSON", ["parsejson", "parse", "json"]),
    ("sha256", ["sha256", "sha", "256"]),
    ("utf8View", ["utf8view", "utf", "8", "view"]),
    ("_private", ["private"]),
    ("__init__", ["init"]),
    ("_foo_bar_", ["foo_bar", "foo", "bar"]),
    ("MAX_SIZE", ["max_size", "max", "size"]),
    ("run", ["run"]),
    ("a.b(c:)", ["a", "b", "c"]),
    ("___", []),
    ("", []),
    ("🙂 + - * /", []),
    ("Straße", ["straße"]),
    ("größeÄndern", ["größeändern", "größe", "ändern"]),
    ("日本語テスト", ["日", "本", "語", "テスト"]),
    ("x²", ["x²", "x", "²"]),
    ("e\u{301}tat", ["état"]),
    ("\u{301}", []),
    ("👩‍💻code", ["code"]),
  ])
  func text_split_tokens(text: String, tokens: [String]) {
    #expect(IdentifierTokens.tokens(of: text) == tokens)
  }

  @Test func asciiText_splitByEitherPath_sameTokens() {
    let text = "func runHTTP2Server(_ a: Int, max_size2: UInt8) -> [String: Int]? { return nil } // XMLHttpRequest _x9Y"
    var viaUnicode: [String] = []
    UnicodeWords.forEachToken(in: text) { viaUnicode.append($0) }
    #expect(IdentifierTokens.tokens(of: text) == viaUnicode)
  }

  @Test func query_withoutALetterOrDigit_noTokens() {
    #expect(IdentifierTokens.queryTokens("\"* : ^ -🙂").isEmpty)
    #expect(IdentifierTokens.queryTokens("").isEmpty)
  }

  @Test func tenThousandCharacterQuery_turnedIntoTokens_cappedAndDistinct() {
    let query = (0..<2_000).map { "word\($0)" }.joined(separator: " ")
    let tokens = IdentifierTokens.queryTokens(query)
    #expect(tokens.count == IdentifierTokens.maximumQueryTokens)
    #expect(Set(tokens).count == tokens.count)
  }

  @Test func hugeWord_split_cutAtACharacter() {
    for text in [String(repeating: "a", count: 10_000), String(repeating: "é", count: 10_000)] {
      let tokens = IdentifierTokens.tokens(of: text)
      #expect(tokens.count == 1)
      #expect(tokens.allSatisfy { $0.utf8.count <= IdentifierTokens.maximumTokenBytes && !$0.contains("\u{FFFD}") })
    }
  }
}
