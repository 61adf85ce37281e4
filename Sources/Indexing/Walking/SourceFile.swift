/// The text of one file that will be chunked.
public struct SourceFile: Sendable {
  /// Path in the index.
  public let path: String
  /// Name of the language, see ``Language``.
  public let language: String
  /// The whole text, without a byte order mark.
  public let text: String
  /// The lines of ``text``.
  public let lines: LineTable
  /// SHA-256 of the file's bytes, lower-case hexadecimal.
  public let contentHash: String

  /// Takes a text as a file's content; the language follows from path and first line unless it is given.
  public init(path: String, text: String, language: String? = nil) {
    self.init(path: path, text: text, language: language, contentHash: Checksum.hex(of: text))
  }

  init(path: String, text: String, language: String?, contentHash: String) {
    self.path = path
    self.text = text
    self.contentHash = contentHash
    lines = LineTable(text)
    self.language = language ?? Language.named(path: path, firstLine: lines.isEmpty ? "" : lines[1])
  }
}
