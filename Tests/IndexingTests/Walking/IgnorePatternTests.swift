import Testing

@testable import Indexing

struct IgnorePatternTests {
  @Test(arguments: [
    // pattern, path, directory, matches
    ("*.o", "a.o", false, true),
    ("*.o", "deep/er/a.o", false, true),
    ("/*.o", "deep/a.o", false, false),
    ("build/", "build", true, true),
    ("build/", "build", false, false),
    ("build/", "src/build", true, true),
    ("/build", "src/build", true, false),
    ("doc/*.txt", "doc/a.txt", false, true),
    ("doc/*.txt", "doc/server/a.txt", false, false),
    ("doc/**/*.txt", "doc/a.txt", false, true),
    ("doc/**/*.txt", "doc/x/y/a.txt", false, true),
    ("**/foo", "foo", false, true),
    ("**/foo/bar", "x/foo/bar", false, true),
    ("abc/**", "abc/x/y", false, true),
    ("abc/**", "abc", true, false),
    ("a?c", "abc", false, true),
    ("a?c", "a/c", false, false),
    ("[a-c]x", "bx", false, true),
    ("[!a-c]x", "bx", false, false),
    ("[^a-c]x", "dx", false, true),
    ("[]x]y", "]y", false, true),
    ("[[:digit:]]", "7", false, true),
    ("[[:digit:]]", "x", false, false),
    ("[a", "a", false, false),
    ("\\!keep", "!keep", false, true),
    ("\\#keep", "#keep", false, true),
    ("trailing  ", "trailing", false, true),
    ("trailing\\ ", "trailing ", false, true),
    ("*a*b*c*", "xxaxxbxxcxx", false, true),
    ("*a*b*c*", "xxaxxcxxbxx", false, false),
  ])
  func pattern_path_gitsAnswer(pattern: String, path: String, isDirectory: Bool, matches: Bool) throws {
    let parsed = try #require(IgnorePattern(line: Array(pattern.utf8)[...]))
    let components = Array(path.utf8)[...].split(separator: UInt8(ascii: "/"))
    #expect(parsed.matches(components, isDirectory: isDirectory) == matches)
  }

  @Test(arguments: ["", "   ", "# comment", "!", "/"])
  func lineWithoutPattern_parsed_nil(line: String) {
    #expect(IgnorePattern(line: Array(line.utf8)[...]) == nil)
  }

  @Test func fileWithByteOrderMarkAndCarriageReturns_parsed_patternsMatch() {
    let patterns = IgnorePattern.patterns(of: [0xEF, 0xBB, 0xBF] + Array("*.log\r\n!keep.log\r\n".utf8))
    #expect(patterns.map(\.isNegated) == [false, true])
    #expect(patterns[0].matches([Array("x.log".utf8)[...]], isDirectory: false))
  }
}
