/// One element of an `Accept` header.
package struct MediaRange {
  package var type: Substring
  package var subtype: Substring
  package var parameters: [String: String]
  /// 0 to 1; a malformed weight counts as 0, which no client can mean for what it wants.
  package var quality: Double

  /// The elements that can be read; the others are passed over.
  package static func list(_ header: String) -> [MediaRange] {
    split(header, at: ",").compactMap { element in
      let parts = split(element, at: ";")
      guard let name = parts.first, let slash = name.firstIndex(of: "/") else { return nil }
      var range = MediaRange(
        type: Substring(name[..<slash].lowercased()),
        subtype: Substring(name[name.index(after: slash)...].lowercased()),
        parameters: [:], quality: 1)
      guard !range.type.isEmpty, !range.subtype.isEmpty else { return nil }
      for part in parts.dropFirst() {
        guard let equals = part.firstIndex(of: "=") else { continue }
        let key = trimmed(part[..<equals]).lowercased()
        let value = unquoted(trimmed(part[part.index(after: equals)...]))
        if key == "q" {
          range.quality = Double(value).flatMap { (0...1).contains($0) ? $0 : nil } ?? 0
        } else {
          range.parameters[key] = value
        }
      }
      return range
    }
  }

  /// The weight that the most specific matching range gives to a type (RFC 9110 section 12.5.1), and whether that range names
  /// the type. A `version` rules out ranges that ask for another one, and prefers those that ask for it.
  package static func weight(
    _ type: Substring, _ subtype: Substring, version: String? = nil, in ranges: [MediaRange]
  ) -> (quality: Double, isNamed: Bool) {
    var best: (specificity: Int, quality: Double) = (-1, 0)
    for range in ranges {
      let specificity: Int
      switch (range.type, range.subtype) {
      case ("*", "*"): specificity = 0
      case (type, "*"): specificity = 1
      case (type, subtype):
        if let version, let asked = range.parameters["version"] {
          guard asked == version else { continue }
          specificity = 3
        } else {
          specificity = 2
        }
      default: continue
      }
      if specificity > best.specificity { best = (specificity, range.quality) }
    }
    return (best.quality, best.specificity >= 2)
  }

  /// Splits outside quotes.
  private static func split(_ text: some StringProtocol, at separator: Character) -> [Substring] {
    var parts: [Substring] = []
    var quoted = false
    let text = Substring(text)
    var start = text.startIndex
    for index in text.indices {
      if text[index] == "\"" { quoted.toggle() }
      if text[index] == separator, !quoted {
        parts.append(trimmed(text[start..<index]))
        start = text.index(after: index)
      }
    }
    parts.append(trimmed(text[start...]))
    return parts.filter { !$0.isEmpty }
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text
    while let first = text.first, first == " " || first == "\t" { text = text.dropFirst() }
    while let last = text.last, last == " " || last == "\t" { text = text.dropLast() }
    return text
  }

  private static func unquoted(_ text: Substring) -> String {
    text.count >= 2 && text.first == "\"" && text.last == "\"" ? String(text.dropFirst().dropLast()) : String(text)
  }
}
