public import Indexing

/// What the model reads of a chunk.
///
/// The file's name and the symbol, split into words, come before the text: a body often names neither, and what comes
/// first survives the model's token limit. docs/retrieval.md has the measurement.
public enum EmbeddingText {
  /// Changes whenever ``text(for:)`` does; vectors of another version are never reused.
  public static let version = 1

  /// The text to embed for a chunk. Depends on path, symbol and text only.
  public static func text(for chunk: Chunk) -> String {
    let head = names(of: chunk)
    return head.isEmpty ? chunk.text : head.joined(separator: " ") + "\n" + chunk.text
  }

  /// The words of the file's name and of the symbol.
  static func names(of chunk: Chunk) -> [String] {
    let file = words(in: fileName(of: chunk.path))
    return chunk.symbol.map { file + ["|"] + words(in: $0) } ?? file
  }

  /// The last part of a path without its extension.
  private static func fileName(of path: String) -> Substring {
    let name = path.split(separator: "/").last ?? ""
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name }
    return name[..<dot]
  }

  /// The words of an identifier: split where letters and digits end and where a small letter meets a capital.
  static func words(in identifier: some StringProtocol) -> [String] {
    var words: [String] = []
    var word = ""
    var previous: Character?
    for character in identifier {
      let startsWord = character.isUppercase && previous?.isLowercase == true
      if !character.isLetter && !character.isNumber || startsWord, !word.isEmpty {
        words.append(word)
        word = ""
      }
      if character.isLetter || character.isNumber { word.append(character) }
      previous = character
    }
    if !word.isEmpty { words.append(word) }
    return words
  }
}
