import Foundation
import Testing

@testable import Indexing

struct SourceReaderTests {
  private func outcome(_ bytes: [UInt8], options: WalkOptions = WalkOptions()) -> SourceReader.Outcome {
    let reader = SourceReader(options: options) { _, _ in bytes }
    return reader.read(WalkedFile(path: "a.swift", absolutePath: "/a.swift", bytes: bytes.count))
  }

  private func reason(_ outcome: SourceReader.Outcome) -> SkipReason? {
    if case .skipped(let reason) = outcome { return reason }
    return nil
  }

  @Test func nulByte_read_binary() { #expect(reason(outcome([0x61, 0, 0x62])) == .binary) }

  @Test(arguments: [[0xFF, 0xFE, 0x41], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0x61, 0xE2, 0x82]] as [[UInt8]])
  func bytesThatAreNotUTF8_read_skippedAsInvalid(bytes: [UInt8]) {
    #expect(reason(outcome(bytes)) == .invalidUTF8)
  }

  @Test func whiteSpaceOnly_read_empty() { #expect(reason(outcome(Array(" \n\t\r\n".utf8))) == .empty) }

  @Test func oneVeryLongLine_read_minified() {
    #expect(reason(outcome([UInt8](repeating: 0x61, count: 20_000))) == .minified)
    #expect(reason(outcome([UInt8](repeating: 0x61, count: 2_000))) == nil)
  }

  @Test func readerThatFails_read_unreadable() {
    let reader = SourceReader(options: WalkOptions()) { path, _ in
      throw SystemCallFailure("open", path, number: EACCES)
    }
    #expect(reason(reader.read(WalkedFile(path: "a", absolutePath: "/a", bytes: 1))) == .unreadable)
    #expect(reader.digest(WalkedFile(path: "a", absolutePath: "/a", bytes: 1)) == nil)
  }

  @Test func fileThatGrewOrBecameAPipeOrLinkSinceTheWalk_read_skipped() throws {
    let tree = try TemporaryDirectory()
    let reader = SourceReader(options: WalkOptions(maximumFileBytes: 10))
    let grown = try tree.write("grown", "more than ten bytes")
    #expect(reason(reader.read(WalkedFile(path: "g", absolutePath: grown, bytes: 5))) == .oversized)
    #expect(mkfifo(tree.sub("pipe"), 0o644) == 0)
    #expect(reason(reader.read(WalkedFile(path: "p", absolutePath: tree.sub("pipe"), bytes: 5))) == .unreadable)
    try tree.link("link", to: grown)
    #expect(reason(reader.read(WalkedFile(path: "l", absolutePath: tree.sub("link"), bytes: 5))) == .unreadable)
    #expect(reason(reader.read(WalkedFile(path: "v", absolutePath: tree.sub("vanished"), bytes: 5))) == .unreadable)
  }

  @Test func byteOrderMark_read_removedFromTheText() throws {
    guard case .source(let file) = outcome([0xEF, 0xBB, 0xBF] + Array("let a = 1".utf8)) else {
      Issue.record("not read")
      return
    }
    #expect(file.text == "let a = 1")
  }
}
