import CFaiss

/// The first 512 bytes of a token index file.
struct XTRHeader: Sendable {
  var facts: XTRMetadata
  /// XXH64 of everything after the header.
  var contentChecksum: UInt64
  /// The sixteen levels of the four-bit form.
  var levels: [Float]

  private static let checksumPlace = XTRLayout.headerBytes - 8

  func encoded() -> [UInt8] {
    var bytes = XTRLayout.magic
    func add<T: FixedWidthInteger>(_ value: T) { withUnsafeBytes(of: value.littleEndian) { bytes += $0 } }
    add(XTRLayout.version)
    add(facts.element.number)
    add(UInt32(facts.dimension))
    add(UInt32(facts.centroids))
    add(UInt64(facts.documents))
    add(UInt64(facts.tokens))
    add(UInt64(XTRLayout(facts).fileBytes))
    add(contentChecksum)
    for level in levels { add(level.bitPattern) }
    let model = Array(facts.modelID.utf8)
    add(UInt32(model.count))
    bytes += model
    bytes += [UInt8](repeating: 0, count: Self.checksumPlace - bytes.count)
    add(Self.checksum(bytes))
    return bytes
  }

  /// Reads a header and compares it with the size of its file.
  ///
  /// - Throws: ``RetrievalError`` with `indexTruncated`, `indexForeign`, `indexVersion` or `indexCorrupt`.
  init(_ bytes: UnsafeRawBufferPointer, path: String) throws(RetrievalError) {
    let rebuild = "Build the index again (`codeintel index`)."
    let begins = bytes.prefix(8).elementsEqual(XTRLayout.magic.prefix(bytes.count)) && !bytes.isEmpty
    guard begins || bytes.isEmpty else {
      throw RetrievalError(
        .indexForeign, "This is not a token index. Point at the folder that `codeintel index` wrote.",
        expected: "RCXTRIDX", actual: String(decoding: bytes.prefix(8), as: UTF8.self), path: path)
    }
    guard bytes.count >= XTRLayout.headerBytes else {
      throw RetrievalError(
        .indexTruncated, "The token index ends within its header. \(rebuild)",
        expected: "at least \(XTRLayout.headerBytes) bytes", actual: "\(bytes.count)", path: path)
    }
    func number<T: FixedWidthInteger>(_ place: Int, _: T.Type) -> T {
      T(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: T.self))
    }
    let version = number(8, UInt32.self)
    guard version == XTRLayout.version else {
      throw RetrievalError(
        .indexVersion, "The token index has another format. Use a program of that version or build the index again.",
        expected: "\(XTRLayout.version)", actual: "\(version)", path: path)
    }
    let claimed = number(Self.checksumPlace, UInt64.self)
    let actual = Self.checksum(Array(bytes.prefix(Self.checksumPlace)))
    func corrupt(_ what: String, _ expected: String, _ actual: String) -> RetrievalError {
      RetrievalError(
        .indexCorrupt, "The token index is damaged: \(what). \(rebuild)", expected: expected, actual: actual,
        path: path)
    }
    guard claimed == actual else {
      throw corrupt("its header's checksum is wrong", Self.text(claimed), Self.text(actual))
    }
    let documents = number(24, UInt64.self)
    let tokens = number(32, UInt64.self)
    let dimension = Int(number(16, UInt32.self))
    let centroids = Int(number(20, UInt32.self))
    let modelBytes = Int(number(120, UInt32.self))
    guard let element = TokenElement(number: number(12, UInt32.self)),
      dimension > 0, dimension.isMultiple(of: 32), dimension <= 512, centroids <= XTRLayout.maximumCentroids,
      tokens <= UInt64(XTRLayout.maximumTokens), documents < UInt64(UInt32.max), tokens == 0 || centroids > 0,
      modelBytes <= XTRLayout.maximumModelBytes
    else {
      throw corrupt(
        "its header names impossible sizes", "sizes of a token index",
        "type \(number(12, UInt32.self)), \(dimension) components, \(centroids) centroids, \(documents) documents, "
          + "\(tokens) tokens")
    }
    facts = XTRMetadata(
      documents: Int(documents), tokens: Int(tokens), dimension: dimension, element: element,
      modelID: String(decoding: bytes[124..<124 + modelBytes], as: UTF8.self), centroids: centroids)
    levels = (0..<16).map { Float(bitPattern: number(56 + $0 * 4, UInt32.self)) }
    contentChecksum = number(48, UInt64.self)
    facts.checksum = contentChecksum
    let expected = XTRLayout(facts).fileBytes
    guard bytes.count >= expected else {
      throw RetrievalError(
        .indexTruncated, "The token index ends too early. \(rebuild)", expected: "\(expected) bytes",
        actual: "\(bytes.count)", path: path)
    }
    guard bytes.count == expected, number(40, UInt64.self) == UInt64(expected) else {
      throw corrupt("its size is not what its header says", "\(expected) bytes", "\(bytes.count)")
    }
  }

  init(facts: XTRMetadata, contentChecksum: UInt64, levels: [Float]) {
    self.facts = facts
    self.facts.checksum = contentChecksum
    self.contentChecksum = contentChecksum
    self.levels = levels
  }

  static func text(_ checksum: UInt64) -> String { String(checksum, radix: 16) }

  private static func checksum(_ bytes: [UInt8]) -> UInt64 { cfaiss_checksum(bytes, Int64(bytes.count)) }
}
