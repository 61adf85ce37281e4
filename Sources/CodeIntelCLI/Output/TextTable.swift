/// Columns of text, each as wide as its widest entry.
struct TextTable {
  private var rows: [[String]]

  init(_ header: String...) { rows = [header] }

  mutating func add(_ row: String...) { rows.append(row) }

  /// The lines; the header is emphasised. The last column is as long as it is.
  func lines(for terminal: Terminal) -> [String] {
    let widths = rows.reduce(into: [Int]()) { widths, row in
      for (index, text) in row.enumerated() {
        if index == widths.count { widths.append(0) }
        widths[index] = max(widths[index], text.count)
      }
    }
    return rows.enumerated().map { number, row in
      var line = ""
      for (index, text) in row.enumerated() {
        let padding = index == row.count - 1 ? 0 : widths[index] - text.count + 2
        line += text + String(repeating: " ", count: padding)
      }
      while line.hasSuffix(" ") { line.removeLast() }
      return number == 0 ? terminal.styled(line, .bold) : line
    }
  }
}
