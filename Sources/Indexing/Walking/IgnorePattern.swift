/// One line of a `.gitignore` (the rules of git's documentation, "gitignore", section Pattern Format).
struct IgnorePattern: Sendable {
  /// `!`: takes back what an earlier pattern ignored.
  let isNegated: Bool
  private let pattern: PathPattern

  /// Nil for an empty line and a comment.
  init?(line: ArraySlice<UInt8>) {
    var text = Self.withoutTrailingSpaces(line)
    guard let first = text.first, first != UInt8(ascii: "#") else { return nil }
    isNegated = first == UInt8(ascii: "!")
    if isNegated { text.removeFirst() }
    guard let pattern = PathPattern(text) else { return nil }
    self.pattern = pattern
  }

  /// The patterns of a whole ignore file, in order.
  static func patterns(of file: [UInt8]) -> [IgnorePattern] {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let text = file.starts(with: mark) ? file[mark.count...] : file[...]
    return text.split(separator: UInt8(ascii: "\n")).compactMap { line in
      IgnorePattern(line: line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
    }
  }

  /// Whether this pattern speaks about `path`, given relative to the ignore file's directory and split at "/".
  func matches(_ path: [ArraySlice<UInt8>], isDirectory: Bool) -> Bool {
    pattern.matches(path[...], isDirectory: isDirectory)
  }

  /// A trailing space counts only behind a backslash.
  private static func withoutTrailingSpaces(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var end = line.startIndex
    var index = line.startIndex
    while index < line.endIndex {
      if line[index] == UInt8(ascii: "\\"), index + 1 < line.endIndex {
        index += 2
        end = index
      } else {
        index += 1
        if line[index - 1] != UInt8(ascii: " ") { end = index }
      }
    }
    return line[..<end]
  }
}
