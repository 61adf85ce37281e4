import CFaiss

/// The layout of an inverted index of impacts, `splade.index` and `bm25.index`: a header of 64 bytes, then for each term
/// where its postings begin (8 bytes each and one more), then the rows of all postings (4 bytes each), then their impacts.
/// Where terms are words and not numbers of a vocabulary, their dictionary follows: where each word begins (4 bytes each
/// and one more), then the words in ascending order of their bytes. Numbers are little-endian.
///
/// | bytes | header |
/// |---|---|
/// | 0 | magic: `RCSPLADE` or `RCBM25IX` |
/// | 8 | version, 4 bytes |
/// | 12 | terms, 4 bytes |
/// | 16 | rows, 8 bytes |
/// | 24 | postings, 8 bytes |
/// | 32 | impacts a unit of weight, 4 bytes; 0 for impacts that are floats |
/// | 36 | bytes of all words, 4 bytes; 0 without a dictionary |
/// | 40 | length of the file, 8 bytes |
/// | 48 | XXH64 of what follows the header, 8 bytes |
/// | 56 | XXH64 of the 56 bytes before, 8 bytes |
struct ImpactFormat: Hashable {
  static let headerBytes = 64
  /// The most terms and rows that the format takes.
  static let maximumTerms = 1 << 24
  static let maximumRows = 1 << 31
  /// So that no length computed from a header overflows; whether the file holds them is judged by its length.
  static let maximumPostings = 1 << 40

  let kind: ImpactKind
  var terms: Int
  var rows: Int
  var postings: Int
  /// Bytes of all words of the dictionary.
  var wordBytes = 0

  var offsetsAt: Int { Self.headerBytes }
  var rowsAt: Int { offsetsAt + (terms + 1) * 8 }
  var impactsAt: Int { rowsAt + postings * 4 }
  var wordOffsetsAt: Int { impactsAt + postings * kind.impactBytes }
  var wordsAt: Int { kind.hasWords ? wordOffsetsAt + (terms + 1) * 4 : wordOffsetsAt }
  var length: Int { wordsAt + wordBytes }

  /// The header of a file with this content.
  func header(contentChecksum: UInt64) -> [UInt8] {
    var bytes = Array(kind.magic.utf8)
    func append(_ value: some FixedWidthInteger) {
      withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
    }
    append(kind.version)
    append(UInt32(terms))
    append(UInt64(rows))
    append(UInt64(postings))
    append(kind.scale)
    append(UInt32(wordBytes))
    append(UInt64(length))
    append(contentChecksum)
    append(FaissChecksum.value(of: bytes))
    return bytes
  }

  init(_ kind: ImpactKind, terms: Int, rows: Int, postings: Int, wordBytes: Int = 0) {
    (self.kind, self.terms, self.rows, self.postings, self.wordBytes) = (kind, terms, rows, postings, wordBytes)
  }

  /// Reads and checks the header and the checksum of everything.
  ///
  /// - Throws: ``RetrievalError`` with `indexTruncated`, `indexForeign`, `indexVersion` or `indexCorrupt`, with expected
  ///   and actual values.
  init(_ kind: ImpactKind, _ file: MappedIndexFile) throws {
    let (bytes, path) = (file.bytes, file.path)
    guard bytes.count >= Self.headerBytes else {
      throw RetrievalError(
        .indexTruncated, "The \(kind.noun) is shorter than its header: index again.",
        expected: "at least \(Self.headerBytes) bytes", actual: "\(bytes.count) bytes", path: path)
    }
    func number<T: FixedWidthInteger>(_ at: Int, _ type: T.Type) -> T {
      T(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: T.self))
    }
    guard bytes.prefix(8).elementsEqual(kind.magic.utf8) else {
      throw RetrievalError(
        .indexForeign, "The file is no \(kind.noun) of this program.", expected: kind.magic,
        actual: String(decoding: bytes.prefix(8).map { (0x20..<0x7F).contains($0) ? $0 : 0x3F }, as: UTF8.self),
        path: path)
    }
    guard number(8, UInt32.self) == kind.version else {
      throw RetrievalError(
        .indexVersion, "The \(kind.noun) has a format that this program does not read: index again.",
        expected: "version \(kind.version)", actual: "version \(number(8, UInt32.self))", path: path)
    }
    func require(_ expected: UInt64, _ actual: UInt64, _ what: String) throws {
      guard expected == actual else {
        throw RetrievalError(
          .indexCorrupt, "The \(what) of the \(kind.noun) is wrong: the file is damaged, index again.",
          expected: "\(expected)", actual: "\(actual)", path: path)
      }
    }
    try require(number(56, UInt64.self), file.checksum(of: 0..<56), "header's checksum")
    try require(UInt64(kind.scale), UInt64(number(32, UInt32.self)), "scale")
    let (terms, rows, postings) = (number(12, UInt32.self), number(16, UInt64.self), number(24, UInt64.self))
    guard terms <= Self.maximumTerms, rows <= Self.maximumRows, postings <= Self.maximumPostings else {
      throw RetrievalError(
        .indexCorrupt, "The \(kind.noun) claims more than it can hold: the file is damaged, index again.",
        expected: "at most \(Self.maximumPostings) postings", actual: "\(postings) postings of \(rows) rows", path: path
      )
    }
    self.init(
      kind, terms: Int(terms), rows: Int(rows), postings: Int(postings), wordBytes: Int(number(36, UInt32.self)))
    if !kind.hasWords { try require(0, UInt64(wordBytes), "dictionary") }
    guard length == bytes.count, number(40, UInt64.self) == UInt64(length) else {
      throw RetrievalError(
        .indexTruncated, "The \(kind.noun) has another length than its header says: index again.",
        expected: "\(length) bytes", actual: "\(bytes.count) bytes", path: path)
    }
    try require(number(48, UInt64.self), file.checksum(of: Self.headerBytes..<bytes.count), "content's checksum")
  }
}
