/// Where the parts of a token index file lie. Everything follows from the counts in the header, so a file whose size is
/// not the layout's is cut off or foreign.
///
/// Header of 512 bytes; then, each on a boundary of 64 bytes: every document's first token, the vectors, each token's
/// centroid (four-bit form only), every centroid's first list entry, the lists' tokens, the lists' documents, the
/// centroids. Numbers are little-endian.
struct XTRLayout: Sendable {
  static let headerBytes = 512
  static let magic = Array("RCXTRIDX".utf8)
  static let version: UInt32 = 1
  static let maximumModelBytes = 256
  /// List entries and starts are 32-bit numbers.
  static let maximumTokens = Int(UInt32.max) - 1
  /// A token's centroid is a 16-bit number.
  static let maximumCentroids = 65_536

  let starts: Range<Int>
  let rows: Range<Int>
  let codes: Range<Int>
  let listStarts: Range<Int>
  let listTokens: Range<Int>
  let listDocuments: Range<Int>
  let centroids: Range<Int>
  var fileBytes: Int { centroids.upperBound }

  init(_ facts: XTRMetadata) {
    var end = Self.headerBytes
    func part(_ bytes: Int) -> Range<Int> {
      let start = (end + 63) / 64 * 64
      end = start + bytes
      return start..<end
    }
    starts = part((facts.documents + 1) * 4)
    rows = part(facts.tokens * facts.element.bytes(dimension: facts.dimension))
    codes = part(facts.element == .residual4 ? facts.tokens * 2 : 0)
    listStarts = part((facts.centroids + 1) * 4)
    listTokens = part(facts.tokens * 4)
    listDocuments = part(facts.tokens * 4)
    centroids = part(facts.centroids * facts.dimension * 4)
  }
}
