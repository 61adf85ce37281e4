import Foundation

/// Tokens of any text, scalar by scalar.
enum UnicodeWords {
  static func forEachToken(in text: String, _ body: (String) -> Void) {
    let scalars = Array(text.precomposedStringWithCanonicalMapping.unicodeScalars)
    let classes = scalars.map(classify)
    var index = 0
    while index < scalars.count {
      // A mark without a letter to belong to separates.
      guard classes[index] != .separator, classes[index] != .mark else {
        index += 1
        continue
      }
      let start = index
      while index < scalars.count, classes[index] != .separator { index += 1 }
      emit(scalars, classes, start..<index, body)
    }
  }

  private static func emit(
    _ scalars: [Unicode.Scalar], _ classes: [WordCharacter], _ word: Range<Int>, _ body: (String) -> Void
  ) {
    var parts: [Range<Int>] = []
    WordSplitter.parts(of: word, classes: { classes[$0] }, { parts.append($0) })
    guard let first = parts.first, let last = parts.last else { return }
    let isIdeographic = classes[word].contains(.ideograph)
    if parts.count > 1, !isIdeographic { body(lowered(scalars, first.lowerBound..<last.upperBound)) }
    for part in parts { body(lowered(scalars, part)) }
  }

  private static func lowered(_ scalars: [Unicode.Scalar], _ range: Range<Int>) -> String {
    var text = ""
    for scalar in scalars[range] {
      text.unicodeScalars.append(scalar)
      if text.utf8.count > IdentifierTokens.maximumTokenBytes {
        text.unicodeScalars.removeLast()
        break
      }
    }
    return text.lowercased().precomposedStringWithCanonicalMapping
  }

  private static func classify(_ scalar: Unicode.Scalar) -> WordCharacter {
    if scalar == "_" { return .underscore }
    let properties = scalar.properties
    if properties.isIdeographic { return .ideograph }
    return switch properties.generalCategory {
    case .uppercaseLetter, .titlecaseLetter: .upper
    case .lowercaseLetter, .otherLetter, .modifierLetter, .letterNumber: .lower
    case .decimalNumber, .otherNumber: .digit
    case .nonspacingMark, .spacingMark: .mark
    default: .separator
    }
  }
}
