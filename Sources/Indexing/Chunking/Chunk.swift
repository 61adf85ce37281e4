/// A piece of one source file, the unit that is indexed, searched and shown.
public struct Chunk: Sendable, Hashable, Codable {
  /// 16 hexadecimal digits of a SHA-256 over path, symbol, content hash and a duplicate number: the same chunk keeps its
  /// id when lines above it are added or removed, and from one generation to the next.
  public let id: String
  /// Dense number 0..<n within one generation, in walk order; every channel's artifact uses it.
  public let row: Int64
  /// Path of the file: relative to its root, with "/".
  public let path: String
  /// Name of the language, see ``Language``.
  public let language: String
  /// Qualified name of the definition, such as "ServiceGroup.run()"; nil for text outside of definitions.
  public let symbol: String?
  /// Kind of definition in the words of its language, such as "func", "struct", "method"; nil without a symbol.
  public let kind: String?
  /// First line, 1-based.
  public let startLine: Int
  /// Last line, inclusive.
  public let endLine: Int
  /// The lines' text, joined with "\n".
  public let text: String
  /// SHA-256 of ``text``, lower-case hexadecimal: equal texts may share what was computed from the text alone.
  public let contentHash: String

  /// Creates a chunk from its stored fields.
  public init(
    id: String, row: Int64, path: String, language: String, symbol: String?, kind: String?, startLine: Int,
    endLine: Int,
    text: String, contentHash: String
  ) {
    self.id = id
    self.row = row
    self.path = path
    self.language = language
    self.symbol = symbol
    self.kind = kind
    self.startLine = startLine
    self.endLine = endLine
    self.text = text
    self.contentHash = contentHash
  }
  func with(row: Int64) -> Chunk {
    Chunk(
      id: id, row: row, path: path, language: language, symbol: symbol, kind: kind, startLine: startLine,
      endLine: endLine, text: text, contentHash: contentHash)
  }
}
