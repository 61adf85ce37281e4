import Testing

@testable import Indexing

struct LineTableTests {
  @Test(arguments: [
    ("", []), ("a", ["a"]), ("a\n", ["a"]), ("a\n\n", ["a", ""]), ("a\r\nb", ["a", "b"]), ("a\rb\n", ["a\rb"]),
    ("\n", [""]), ("é\n👩‍💻\n", ["é", "👩‍💻"]),
  ])
  func text_split_linesWithoutTheirEnds(text: String, expected: [String]) {
    let table = LineTable(text)
    #expect(table.count == expected.count)
    #expect((1..<(table.count + 1)).map { table[$0] } == expected)
  }

  @Test func offset_lookedUp_itsLine() {
    let table = LineTable("ab\ncd\n\nef")
    #expect([0, 2, 3, 5, 6, 7, 8, 99].map { table.line(atOffset: $0) } == [1, 1, 2, 2, 3, 4, 4, 4])
  }

  @Test func range_joined_withoutFinalLineEnd() {
    #expect(LineTable("a\r\nb\r\nc\r\n").text(1...2) == "a\nb")
    #expect(LineTable("a\nb").text(2...9) == "b")
  }
}
