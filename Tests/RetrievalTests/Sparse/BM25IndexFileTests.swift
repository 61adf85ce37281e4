import Testing

@testable import Retrieval

/// Files that are cut off, foreign, damaged and forged are refused, with what was expected and what was found.
@Suite struct BM25IndexFileTests {
  private static let chunks = [
    KeywordCorpus.chunk(0, "one two"), KeywordCorpus.chunk(1, "two three"), KeywordCorpus.chunk(2, "four"),
  ]

  @Test func `Every truncation and every flipped byte is refused`() throws {
    let folder = try TemporaryFolder()
    let whole = try bytes(of: KeywordCorpus.file(Self.chunks, in: folder))
    for length in whole.indices {
      let cut = try folder.write(Array(whole.prefix(length)), to: "cut")
      #expect(throws: RetrievalError(.indexTruncated, ""), "\(length) bytes") { try BM25Index.open(path: cut) }
    }
    for place in whole.indices {
      var damaged = whole
      damaged[place] ^= 0x10
      let path = try folder.write(damaged, to: "damaged")
      let error = #expect(throws: RetrievalError.self, "byte \(place)") { try BM25Index.open(path: path) }
      #expect(error?.expected != nil && error?.actual != nil && error?.path == path, "byte \(place)")
    }
  }

  @Test func `Forged lists, impacts and words with right checksums are refused`() throws {
    let folder = try TemporaryFolder()
    let whole = try bytes(of: KeywordCorpus.file(Self.chunks, in: folder))
    // four: 2; on: 0; three: 1; two: 0, 1, by the alphabet ("one" has the stem "on").
    let format = ImpactFormat(.bm25, terms: 4, rows: 3, postings: 5, wordBytes: 14)
    #expect(format.length == whole.count)
    let forgeries: [(place: Int, bytes: [UInt8], what: String)] = [
      (format.rowsAt, [9], "a row beyond the end"), (format.rowsAt + 12, [1], "rows out of order"),
      (format.offsetsAt + 8, [7], "an offset beyond the postings"), (format.offsetsAt + 16, [0], "one that goes back"),
      (format.impactsAt, [0, 0, 0, 0], "an impact of 0"), (format.impactsAt + 3, [0xC0], "a negative impact"),
      (format.impactsAt + 4, [0, 0, 0xC0, 0x7F], "no number"), (format.impactsAt, [0, 0, 0x80, 0x7F], "infinity"),
      (format.impactsAt + 8, [0, 0, 0x82, 0x42], "65"), (format.wordsAt, [0x7A], "words out of order"),
      (format.wordOffsetsAt, [1], "a word before the first"),
      (format.wordOffsetsAt + 4, [0xFF], "a word beyond the end"),
      (format.wordOffsetsAt + 8, [2], "a word that goes back"), (format.wordOffsetsAt + 16, [13], "a byte too many"),
    ]
    for forgery in forgeries {
      var forged = whole
      forged.replaceSubrange(forgery.place..<forgery.place + forgery.bytes.count, with: forgery.bytes)
      let checksum = FaissChecksum.value(of: Array(forged[ImpactFormat.headerBytes...]))
      forged.replaceSubrange(0..<ImpactFormat.headerBytes, with: format.header(contentChecksum: checksum))
      let path = try folder.write(forged, to: "forged")
      #expect(throws: RetrievalError(.indexCorrupt, ""), "\(forgery.what)") { try BM25Index.open(path: path) }
    }
  }

  @Test func `Missing, foreign and newer files are told apart`() throws {
    let folder = try TemporaryFolder()
    #expect(throws: RetrievalError(.indexMissing, "")) { try BM25Index.open(path: folder.file("none")) }
    let sparse = try SpladeIndexBuilder(vocabularyCount: 4)
    try sparse.save(to: folder.file("splade.index"))
    let error = #expect(throws: RetrievalError.self) { try BM25Index.open(path: folder.file("splade.index")) }
    #expect(error?.code == .indexForeign)
    #expect(error?.expected == "RCBM25IX")
    #expect(error?.actual == "RCSPLADE")
    let file = try KeywordCorpus.file(Self.chunks, in: folder)
    #expect(throws: RetrievalError(.indexForeign, "")) { try SpladeIndex.open(path: file) }
    var newer = try bytes(of: file)
    newer[8] = 2
    let path = try folder.write(newer, to: "newer")
    #expect(throws: RetrievalError(.indexVersion, "")) { try BM25Index.open(path: path) }
  }

  @Test func `An index that cannot be written is told`() {
    #expect(throws: RetrievalError(.io, "")) { try BM25IndexBuilder().save(to: "/nonexistent-folder/bm25.index") }
  }

  @Test func `The same chunks make the same file`() throws {
    let chunks = KeywordCorpus.chunks(200, seed: 5)
    let files = try (0..<2).map { _ in
      let folder = try TemporaryFolder()
      return try bytes(of: KeywordCorpus.file(chunks, in: folder))
    }
    #expect(files[0] == files[1])
  }
}
