import Foundation
import GRDB
import Testing

@testable import Indexing

/// The stems are those of SQLite's FTS5, byte for byte.
struct PorterStemmerTests {
  /// What FTS5's tokenizer makes of each token.
  private static func oracle(_ tokens: [String]) throws -> [[UInt8]] {
    let database = try DatabaseQueue()
    return try database.write { database in
      try database.execute(
        sql: """
          CREATE VIRTUAL TABLE t USING fts5(x, content='', tokenize="porter ascii tokenchars '_'");
          CREATE VIRTUAL TABLE v USING fts5vocab(t, 'instance');
          """)
      for (row, token) in tokens.enumerated() {
        try database.execute(sql: "INSERT INTO t (rowid, x) VALUES (?, ?)", arguments: [row, token])
      }
      let rows = try Row.fetchAll(database, sql: "SELECT CAST(term AS BLOB) FROM v ORDER BY doc")
      return rows.map { [UInt8]($0[0] as Data) }
    }
  }

  private static func compare(_ tokens: [String], location: SourceLocation = #_sourceLocation) throws {
    let expected = try oracle(tokens)
    #expect(expected.count == tokens.count, sourceLocation: location)
    for (token, stem) in zip(tokens, expected) where PorterStemmer.stem(token) != stem {
      Issue.record(
        "\(token): \(String(decoding: PorterStemmer.stem(token), as: UTF8.self)), FTS5 \(String(decoding: stem, as: UTF8.self))",
        sourceLocation: location)
    }
  }

  @Test(arguments: [
    ("caresses", "caress"), ("ponies", "poni"), ("cats", "cat"), ("agreed", "agre"), ("plastered", "plaster"),
    ("hopping", "hop"), ("falling", "fall"), ("filing", "file"), ("happy", "happi"), ("sky", "sky"),
    ("relational", "relat"), ("rational", "ration"), ("triplicate", "triplic"), ("hopefulness", "hope"),
    ("adjustment", "adjust"), ("adoption", "adopt"), ("probate", "probat"), ("controller", "control"), ("is", "is"),
  ])
  func word_stemmed_asInThePaper(word: String, stem: String) {
    #expect(PorterStemmer.stem(word) == Array(stem.utf8))
  }

  @Test func everySuffix_onManyBeginnings_asFTS5() throws {
    let suffixes = [
      "", "s", "es", "ies", "sses", "ss", "eed", "ed", "ing", "at", "bl", "iz", "ated", "bling", "izing", "y", "e",
      "ll",
      "ational", "tional", "enci", "anci", "izer", "logi", "bli", "alli", "entli", "eli", "ousli", "ization", "ation",
      "ator", "alism", "iveness", "fulness", "ousness", "aliti", "iviti", "biliti", "ical", "ness", "icate", "iciti",
      "ful", "ative", "alize", "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion",
      "sion", "tion", "ou", "ism", "ate", "iti", "ous", "ive", "ize", "ying", "oed", "aying",
    ]
    let beginnings = [
      "", "a", "b", "y", "tr", "ay", "by", "yb", "hop", "hopp", "fil", "fall", "hiss", "fizz", "tann", "oat", "troubl",
      "priv", "oaten", "orrer", "x", "wax", "snow", "é", "aé", "éa", "näh", "ꀀ", "aꀀ", "_a", "a_b", "w2", "2",
      "controll",
      "bee", "syzyg", "yy", "ayy", "eye", String(repeating: "ab", count: 29), String(repeating: "ab", count: 31),
    ]
    try Self.compare(beginnings.flatMap { start in suffixes.map { start + $0 } }.filter { !$0.isEmpty })
  }

  @Test func randomLetters_stemmed_asFTS5() throws {
    var generator = SeededGenerator(seed: 3)
    // Few letters, so that endings and double letters are frequent.
    let letters = Array("aeiouybcdefgilmnstzé_1")
    let words = (0..<20_000).map { _ in
      String((0..<Int.random(in: 1...12, using: &generator)).map { _ in letters.randomElement(using: &generator)! })
    }
    try Self.compare(words)
  }

  @Test func wordsOfTheseSources_stemmed_asFTS5() throws {
    let texts = try Repository.swiftFiles(under: "Sources").map(\.text)
    let words = Set(texts.flatMap { IdentifierTokens.tokens(of: $0) })
    #expect(words.count > 3_000)
    try Self.compare(words.sorted())
  }
}
