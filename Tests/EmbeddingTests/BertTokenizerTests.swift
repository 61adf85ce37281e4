import Testing

@testable import Embedding

/// The tokenizer's rules one by one, over a vocabulary small enough to check by eye.
struct BertTokenizerTests {
  static let pieces = [
    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "hello", "world", "cafe", "un", "##aff", "##able", "a", "##a", "b",
    ",", "!", "#", "[", "]", "中", "文", "ss", "x", "##x", "i", "ᄒ", "##ᅡ", "##ᆫ", "é", "##é", "cls", "5",
  ]
  let tokenizer: BertTokenizer

  init() throws { tokenizer = try BertTokenizer(Vocabulary(pieces: Self.pieces.map { Array($0.utf8) })) }

  private func tokens(_ text: String, maximumTokens: Int = 256) -> [String] {
    let ids = tokenizer.encode(text, maximumTokens: maximumTokens)
    #expect(ids.first == 2)
    #expect(ids.last == 3)
    return ids.dropFirst().dropLast().map { Self.pieces[Int($0)] }
  }

  static let cases: [(String, [String])] = [
    ("", []),
    (" \t\r\n", []),
    ("hello world", ["hello", "world"]),
    ("HELLO,World!", ["hello", ",", "world", "!"]),
    ("unaffable", ["un", "##aff", "##able"]),
    ("unaffablez", ["[UNK]"]),
    ("z hello", ["[UNK]", "hello"]),
    ("Café CAFE\u{301}", ["cafe", "cafe"]),
    ("a\u{301}\u{327}", ["a"]),
    ("\u{301}", []),
    ("he\u{0}l\u{7}l\u{AD}o wo\u{200B}rld\u{FFFD}", ["hello", "world"]),
    ("hello\u{A0}world\u{3000}a\u{2028}b", ["hello", "world", "a", "b"]),
    ("a\u{85}b", ["[UNK]"]),  // a control character joins what it stood between
    ("中文a", ["中", "文", "a"]),
    ("a中b", ["a", "中", "b"]),
    ("\u{FF01}", ["[UNK]"]),  // a full-width mark is punctuation of its own
    ("a\u{37E}b", ["a", "[UNK]", "b"]),  // the Greek question mark decomposes to a semicolon
    ("한", ["ᄒ", "##ᅡ", "##ᆫ"]),
    ("İ", ["i"]),
    ("ẞ", ["[UNK]"]),
    ("##a # #", ["#", "#", "a", "#", "#"]),
    ("🚀", ["[UNK]"]),
    ("[CLS]", ["[CLS]"]),
    ("[cls]", ["[", "cls", "]"]),
    ("a[SEP]b [MASK][PAD] [UNK", ["a", "[SEP]", "b", "[MASK]", "[PAD]", "[", "[UNK]"]),
    ("5\u{20E3}", ["[UNK]"]),
  ]

  @Test(arguments: cases)
  func `a text becomes these pieces`(text: String, expected: [String]) {
    #expect(tokens(text) == expected)
  }

  @Test func `a word of one hundred characters is read, one of more is unknown`() {
    #expect(tokens(String(repeating: "x", count: 100)) == ["x"] + [String](repeating: "##x", count: 99))
    #expect(tokens(String(repeating: "x", count: 101)) == ["[UNK]"])
    // Characters count after decomposition and the removal of marks.
    #expect(tokens(String(repeating: "x\u{301}", count: 100)).count == 100)
  }

  @Test func `the limit counts both special tokens and cuts within a word`() {
    #expect(tokens("a b a b", maximumTokens: 4) == ["a", "b"])
    #expect(tokens("a unaffable", maximumTokens: 5) == ["a", "un", "##aff"])
    #expect(tokens("unaffablez", maximumTokens: 3) == ["[UNK]"])
    #expect(tokens("a[SEP]b", maximumTokens: 4) == ["a", "[SEP]"])
    #expect(tokens("hello", maximumTokens: 2) == [])
    #expect(tokens("hello", maximumTokens: 0) == [])
    #expect(tokens(String(repeating: "hello ", count: 100_000), maximumTokens: 256).count == 254)
  }

  @Test func `invalid UTF-8 is repaired before it is read`() {
    #expect(tokens(String(decoding: [0x61, 0xFF, 0x20, 0xC3, 0x28, 0xED, 0xA0, 0x80], as: UTF8.self)).first == "a")
  }

  @Test func `a vocabulary without the special tokens is refused`() throws {
    for missing in ["[UNK]", "[CLS]", "[SEP]"] {
      let rest = Self.pieces.filter { $0 != missing }.map { Array($0.utf8) }
      let error = try #require(throws: EmbeddingError.self) { try BertTokenizer(Vocabulary(pieces: rest)) }
      #expect(error.code == .badVocabulary)
      #expect(error.expected == missing)
    }
  }

  @Test func `a vocabulary file is read line by line`() throws {
    let folder = try TemporaryFolder()
    try folder.write("[UNK]\r\n[CLS]\r\n[SEP]\r\nhello \r\n\u{2028}\r\n##x", to: "vocab.txt")
    let tokenizer = try BertTokenizer(vocabularyPath: folder.path + "/vocab.txt")
    #expect(tokenizer.vocabularyCount == 6)
    #expect(tokenizer.encode("hellox", maximumTokens: 9) == [1, 3, 5, 2])
  }

  @Test func `a vocabulary file that is none is refused`() throws {
    let folder = try TemporaryFolder()
    try folder.write([0x5B, 0xFF, 0x0A], to: "binary.txt")
    try folder.write("", to: "empty.txt")
    for (name, code) in [
      ("binary", EmbeddingError.Code.badVocabulary), ("empty", .badVocabulary), ("no", .missingFile),
    ] {
      let error = try #require(throws: EmbeddingError.self) {
        try BertTokenizer(vocabularyPath: folder.path + "/\(name).txt")
      }
      #expect(error.code == code)
    }
  }
}
