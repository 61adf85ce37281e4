/// Cuts a range of lines that is too long into windows, at the places where a reader would.
///
/// A window ends, between half of the limit and the limit, before the line that opens the shallowest block, blank lines
/// first. Where no blank line marks the cut, the next window repeats ``ChunkingSettings/overlapLines`` lines. A single
/// line over the byte limit becomes several drafts that share its number.
struct LineWindows {
  let lines: LineTable
  let settings: ChunkingSettings

  /// The drafts for `range`, trimmed of blank lines at both ends; none when all of it is blank.
  func drafts(_ range: ClosedRange<Int>, symbol: String?, kind: String?) -> [ChunkDraft] {
    guard let range = trimmed(range) else { return [] }
    var drafts: [ChunkDraft] = []
    var start = range.lowerBound
    while start <= range.upperBound {
      let limit = lastFitting(from: start, in: range)
      if limit < start {
        drafts += parts(of: start, symbol: symbol, kind: kind)
        start += 1
        continue
      }
      let end = limit == range.upperBound ? limit : bestEnd(from: start, through: limit)
      if let window = trimmed(start...end) {
        drafts.append(ChunkDraft(symbol: symbol, kind: kind, lines: window, text: lines.text(window)))
      }
      if end == range.upperBound { break }
      start = nextStart(after: end, windowStart: start)
    }
    return drafts
  }

  /// Whether the lines make a single draft.
  func fits(_ range: ClosedRange<Int>) -> Bool {
    guard let range = trimmed(range) else { return true }
    return lastFitting(from: range.lowerBound, in: range) == range.upperBound
  }

  /// The range without blank lines at its ends; nil when all are blank.
  func trimmed(_ range: ClosedRange<Int>) -> ClosedRange<Int>? {
    guard let first = range.first(where: { !lines.isBlank($0) }), let last = range.last(where: { !lines.isBlank($0) })
    else { return nil }
    return first...last
  }

  /// The last line that still fits into a window from `start`; `start - 1` when that line alone is too long.
  private func lastFitting(from start: Int, in range: ClosedRange<Int>) -> Int {
    var bytes = 0
    var line = start
    while line <= range.upperBound, line - start < settings.maximumLines {
      bytes += lines.content(of: line).count + 1
      if bytes > settings.maximumBytes { break }
      line += 1
    }
    return line - 1
  }

  /// Where to end a window that must end at `limit` at the latest.
  private func bestEnd(from start: Int, through limit: Int) -> Int {
    let earliest = start + (limit - start) / 2
    var best = limit
    var bestCost = Int.max
    for end in stride(from: limit, through: max(earliest, start), by: -1) {
      let next = end + 1
      guard let indent = lines.indent(of: next) else { continue }
      let cost = indent * 2 - (lines.isBlank(end) ? 5 : 0)
      if cost < bestCost {
        best = end
        bestCost = cost
      }
    }
    return best
  }

  private func nextStart(after end: Int, windowStart: Int) -> Int {
    if lines.isBlank(end) || lines.isBlank(end + 1) { return end + 1 }
    return max(windowStart + 1, end + 1 - settings.overlapLines)
  }

  /// One over-long line in pieces that end behind a space or punctuation where there is one.
  private func parts(of line: Int, symbol: String?, kind: String?) -> [ChunkDraft] {
    var rest = lines.content(of: line)
    var drafts: [ChunkDraft] = []
    while !rest.isEmpty {
      var end = min(rest.endIndex, rest.startIndex + settings.maximumBytes)
      if end < rest.endIndex {
        let floor = rest.startIndex + settings.maximumBytes / 2
        if let soft = rest[floor..<end].lastIndex(where: { $0 == 0x20 || $0 == 0x2C || $0 == 0x3B || $0 == 0x3E }) {
          end = soft + 1
        }
        // Never inside of one character's bytes.
        while end > floor, rest[end] & 0xC0 == 0x80 { end -= 1 }
      }
      let text = String(decoding: rest[rest.startIndex..<end], as: UTF8.self)
      drafts.append(ChunkDraft(symbol: symbol, kind: kind, lines: line...line, text: text))
      rest = rest[end...]
    }
    return drafts
  }
}
