/// Divides texts into requests of bounded size.
enum RequestSlices {
  /// Ranges of `texts` in order, each of at most `maxTexts` texts and `maxBytes` bytes; a longer text has one to itself.
  static func divide(_ texts: [String], maxTexts: Int, maxBytes: Int) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    var start = 0
    var bytes = 0
    for (index, text) in texts.enumerated() {
      let size = text.utf8.count
      if index > start, index - start >= maxTexts || bytes + size > maxBytes {
        parts.append(start..<index)
        start = index
        bytes = 0
      }
      bytes += size
    }
    if start < texts.count { parts.append(start..<texts.count) }
    return parts
  }
}
