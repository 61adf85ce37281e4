/// The lines of a text, numbered from 1. A line ends at "\n" or "\r\n"; neither belongs to it.
///
/// Memory: the text's bytes once more, plus one integer a line.
public struct LineTable: Sendable {
  /// The text as bytes.
  let bytes: [UInt8]
  /// Offset of the first byte of each line.
  private let starts: [Int]

  /// Splits a text. An empty text has no lines; a final line end does not open another line.
  public init(_ text: String) {
    bytes = Array(text.utf8)
    var starts: [Int] = bytes.isEmpty ? [] : [0]
    bytes.withUnsafeBufferPointer { bytes in
      for index in bytes.indices where bytes[index] == 0x0A && index + 1 < bytes.count { starts.append(index + 1) }
    }
    self.starts = starts
  }

  /// The number of lines, which is also the number of the last one.
  public var count: Int { starts.count }

  /// Whether the text was empty.
  public var isEmpty: Bool { starts.isEmpty }

  /// The text of one line, 1-based; "" outside of the file.
  public subscript(line: Int) -> String { String(decoding: content(of: line), as: UTF8.self) }

  /// The lines of a range joined with "\n", without a final line end.
  public func text(_ lines: ClosedRange<Int>) -> String {
    var joined: [UInt8] = []
    for line in lines.clamped(to: 1...max(1, count)) {
      if line > lines.lowerBound { joined.append(0x0A) }
      joined.append(contentsOf: content(of: line))
    }
    return String(decoding: joined, as: UTF8.self)
  }

  /// The number of the line that holds the byte at `offset`.
  public func line(atOffset offset: Int) -> Int {
    var low = 0
    var high = starts.count
    while low < high {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle + 1 } else { high = middle }
    }
    return max(1, low)
  }

  /// The bytes of one line without its line end.
  func content(of line: Int) -> ArraySlice<UInt8> {
    guard line >= 1, line <= starts.count else { return [] }
    var end = line < starts.count ? starts[line] : bytes.count
    let start = starts[line - 1]
    if end > start, bytes[end - 1] == 0x0A { end -= 1 }
    if end > start, bytes[end - 1] == 0x0D { end -= 1 }
    return bytes[start..<end]
  }

  /// Whether the line holds nothing but white space.
  func isBlank(_ line: Int) -> Bool { content(of: line).allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) } }

  /// Columns of white space before the first other character; a tab counts four. Blank lines give nil.
  func indent(of line: Int) -> Int? {
    var width = 0
    for byte in content(of: line) {
      switch byte {
      case 0x20: width += 1
      case 0x09: width += 4
      default: return width
      }
    }
    return nil
  }
}
