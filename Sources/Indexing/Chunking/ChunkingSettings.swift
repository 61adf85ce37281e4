/// How large chunks may be.
public struct ChunkingSettings: Sendable, Hashable, Codable {
  /// Longer definitions and texts are cut. In lines; 60 by default.
  public var maximumLines: Int
  /// The same in UTF-8 bytes; 2,400 by default, about the 800 tokens after which a small encoder sees little of a chunk.
  public var maximumBytes: Int
  /// How many lines two neighbouring cuts of one long text share, unless the cut falls on a blank line; 3 by default.
  public var overlapLines: Int
  /// Whether Universal Ctags finds the definitions of languages other than Swift. True by default.
  public var usesCtags: Bool

  /// Creates settings; every default is described at its property.
  public init(maximumLines: Int = 60, maximumBytes: Int = 2_400, overlapLines: Int = 3, usesCtags: Bool = true) {
    self.maximumLines = maximumLines
    self.maximumBytes = maximumBytes
    self.overlapLines = overlapLines
    self.usesCtags = usesCtags
  }

  /// - Throws: ``IndexingError`` with code `indexing.invalid-setting`.
  func validate() throws {
    try check("maximumLines", maximumLines, in: 4...100_000)
    try check("maximumBytes", maximumBytes, in: 64...(1 << 24))
    try check("overlapLines", overlapLines, in: 0...(maximumLines / 4))
  }

  private func check(_ name: String, _ value: Int, in range: ClosedRange<Int>) throws {
    guard !range.contains(value) else { return }
    throw IndexingError(
      .invalidSetting, "The chunking setting \(name) is out of range: choose another value.",
      expected: "\(range.lowerBound)...\(range.upperBound)", actual: String(value))
  }
}
