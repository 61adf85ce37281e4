import CFaiss

/// The layout of `splade.index`: a header of 64 bytes, then for each term where its postings begin, then the rows of all
/// postings, then their impacts. Numbers are little-endian.
///
/// | bytes | header |
/// |---|---|
/// | 0 | magic `RCSPLADE` |
/// | 8 | version, 4 bytes |
/// | 12 | terms of the vocabulary, 4 bytes |
/// | 16 | rows, 8 bytes |
/// | 24 | postings, 8 bytes |
/// | 32 | impacts a unit of weight, 4 bytes |
/// | 40 | length of the file, 8 bytes |
/// | 48 | XXH64 of what follows the header, 8 bytes |
/// | 56 | XXH64 of the 56 bytes before, 8 bytes |
struct SpladeFormat: Hashable {
  static let magic: [UInt8] = Array("RCSPLADE".utf8)
  static let version: UInt32 = 1
  static let headerBytes = 64
  /// Impacts a unit of weight: a fixed number, so that impacts of two generations are the same numbers. Weights are
  /// logarithms, of which 3.98 is the largest that fits.
  static let scale: UInt32 = 64
  /// The largest vocabulary and the most rows that the format takes.
  static let maximumTerms = 1 << 24
  static let maximumRows = 1 << 31
  /// So that no length computed from a header overflows; whether the file holds them is judged by its length.
  static let maximumPostings = 1 << 40

  var terms: Int
  var rows: Int
  var postings: Int

  var offsetsAt: Int { Self.headerBytes }
  var rowsAt: Int { offsetsAt + (terms + 1) * 8 }
  var impactsAt: Int { rowsAt + postings * 4 }
  var length: Int { impactsAt + postings }

  /// The header of a file with this content.
  func header(contentChecksum: UInt64) -> [UInt8] {
    var bytes = Self.magic
    func append(_ value: some FixedWidthInteger) {
      withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
    }
    append(Self.version)
    append(UInt32(terms))
    append(UInt64(rows))
    append(UInt64(postings))
    append(Self.scale)
    append(UInt32(0))
    append(UInt64(length))
    append(contentChecksum)
    append(FaissChecksum.value(of: bytes))
    return bytes
  }

  /// Reads and checks the header and the checksum of everything.
  ///
  /// - Throws: ``RetrievalError`` with `indexTruncated`, `indexForeign`, `indexVersion` or `indexCorrupt`, with expected
  ///   and actual values.
  init(_ file: MappedIndexFile, path: String) throws {
    let bytes = file.bytes
    guard bytes.count >= Self.headerBytes else {
      throw RetrievalError(
        .indexTruncated, "The sparse index is shorter than its header: index again.",
        expected: "at least \(Self.headerBytes) bytes", actual: "\(bytes.count) bytes", path: path)
    }
    func number<T: FixedWidthInteger>(_ at: Int, _ type: T.Type) -> T {
      T(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: T.self))
    }
    guard bytes.prefix(8).elementsEqual(Self.magic) else {
      throw RetrievalError(
        .indexForeign, "The file is no sparse index of this program.", expected: "RCSPLADE",
        actual: String(decoding: bytes.prefix(8).map { (0x20..<0x7F).contains($0) ? $0 : 0x3F }, as: UTF8.self),
        path: path)
    }
    guard number(8, UInt32.self) == Self.version else {
      throw RetrievalError(
        .indexVersion, "The sparse index has a format that this program does not read: index again.",
        expected: "version \(Self.version)", actual: "version \(number(8, UInt32.self))", path: path)
    }
    func require(_ expected: UInt64, _ actual: UInt64, _ what: String) throws {
      guard expected == actual else {
        throw RetrievalError(
          .indexCorrupt, "The \(what) of the sparse index is wrong: the file is damaged, index again.",
          expected: "\(expected)", actual: "\(actual)", path: path)
      }
    }
    try require(number(56, UInt64.self), file.checksum(of: 0..<56), "header's checksum")
    try require(UInt64(Self.scale), UInt64(number(32, UInt32.self)), "scale")
    let (terms, rows, postings) = (number(12, UInt32.self), number(16, UInt64.self), number(24, UInt64.self))
    guard terms <= Self.maximumTerms, rows <= Self.maximumRows, postings <= Self.maximumPostings else {
      throw RetrievalError(
        .indexCorrupt, "The sparse index claims more than it can hold: the file is damaged, index again.",
        expected: "at most \(Self.maximumPostings) postings", actual: "\(postings) postings of \(rows) rows", path: path
      )
    }
    (self.terms, self.rows, self.postings) = (Int(terms), Int(rows), Int(postings))
    guard length == bytes.count, number(40, UInt64.self) == UInt64(length) else {
      throw RetrievalError(
        .indexTruncated, "The sparse index has another length than its header says: index again.",
        expected: "\(length) bytes", actual: "\(bytes.count) bytes", path: path)
    }
    try require(number(48, UInt64.self), file.checksum(of: Self.headerBytes..<bytes.count), "content's checksum")
  }

  init(terms: Int, rows: Int, postings: Int) {
    (self.terms, self.rows, self.postings) = (terms, rows, postings)
  }
}
