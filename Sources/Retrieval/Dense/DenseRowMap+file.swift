extension DenseRowMap {
  private static let magic = Array("RCROWMAP".utf8)
  private static let version: UInt32 = 1
  private static let headerBytes = 56

  /// Writes the map, whole or not at all as far as a draft's directory cares: little-endian, a header of 56 bytes (magic,
  /// version, the three counts, the parts' checksums), 4 bytes for each primary and fresh row, XXH64 of all that.
  ///
  /// - Throws: ``RetrievalError`` with `io`.
  func write(to path: String) throws(RetrievalError) {
    var bytes = encoded()
    withUnsafeBytes(of: FaissChecksum.value(of: bytes).littleEndian) { bytes += $0 }
    var file = try OutputFile(path: path)
    try file.write(bytes)
    try file.flush()
  }

  /// XXH64 of the file's content, which pins the parts too.
  var checksum: UInt64 { FaissChecksum.value(of: encoded()) }

  private func encoded() -> [UInt8] {
    var bytes = Self.magic
    bytes.reserveCapacity(Self.headerBytes + 4 * (primary.count + fresh.count) + 8)
    func add<T: FixedWidthInteger>(_ value: T) { withUnsafeBytes(of: value.littleEndian) { bytes += $0 } }
    add(Self.version)
    add(UInt32(0))
    add(UInt64(primary.count))
    add(UInt64(fresh.count))
    add(UInt64(count))
    add(primaryChecksum)
    add(freshChecksum)
    for row in primary { add(row) }
    for row in fresh { add(row) }
    return bytes
  }

  /// Reads what ``write(to:)`` wrote. Sizes and checksum are checked before anything is taken from them.
  ///
  /// - Throws: ``RetrievalError`` with `indexMissing`, `indexTruncated`, `indexForeign`, `indexVersion`, `indexCorrupt` or
  ///   `io`.
  static func read(path: String) throws(RetrievalError) -> DenseRowMap {
    let file = try MappedIndexFile(path: path)
    defer { withExtendedLifetime(file) {} }
    let bytes = file.bytes
    let rebuild = "Build the index again (`codeintel index`)."
    guard bytes.prefix(8).elementsEqual(magic.prefix(bytes.count)) else {
      throw RetrievalError(
        .indexForeign, "This is not the row map of a dense index. Point at the folder that `codeintel index` wrote.",
        expected: "RCROWMAP", actual: String(decoding: bytes.prefix(8), as: UTF8.self), path: path)
    }
    func truncated(_ expected: Int) -> RetrievalError {
      RetrievalError(
        .indexTruncated, "The row map of the dense index ends too early. \(rebuild)", expected: "\(expected) bytes",
        actual: "\(bytes.count)", path: path)
    }
    guard bytes.count >= headerBytes + 8 else { throw truncated(headerBytes + 8) }
    func number<T: FixedWidthInteger>(_ place: Int, _: T.Type) -> T {
      T(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: T.self))
    }
    guard number(8, UInt32.self) == version else {
      throw RetrievalError(
        .indexVersion, "The row map has another format. Use a program of that version or build the index again.",
        expected: "\(version)", actual: "\(number(8, UInt32.self))", path: path)
    }
    let (primaryCount, freshCount) = (number(16, UInt64.self), number(24, UInt64.self))
    // No file holds more rows than it has bytes, so the sum below cannot overflow.
    guard max(primaryCount, freshCount) <= UInt64(Int32.max) else {
      throw corrupt("it names impossible sizes", "at most \(Int32.max) rows", "\(max(primaryCount, freshCount))", path)
    }
    let expected = headerBytes + 4 * Int(primaryCount + freshCount) + 8
    guard bytes.count >= expected else { throw truncated(expected) }
    guard bytes.count == expected else {
      throw corrupt("its size is not what its header says", "\(expected) bytes", "\(bytes.count)", path)
    }
    let (claimed, actual) = (number(expected - 8, UInt64.self), file.checksum(of: 0..<expected - 8))
    guard claimed == actual else {
      throw corrupt("its checksum is wrong", String(claimed, radix: 16), String(actual, radix: 16), path)
    }
    func rows(_ first: Int, _ count: UInt64) -> [Int32] {
      (0..<Int(count)).map { number(first + 4 * $0, Int32.self) }
    }
    let map = DenseRowMap(
      primary: rows(headerBytes, primaryCount), fresh: rows(headerBytes + 4 * Int(primaryCount), freshCount),
      primaryChecksum: number(40, UInt64.self), freshChecksum: number(48, UInt64.self))
    let stated = number(32, UInt64.self)
    guard stated == UInt64(map.count) else {
      throw corrupt("its parts hold another number of rows than it says", "\(stated)", "\(map.count)", path)
    }
    return map
  }
}
