/// What kind of character decides where an identifier is cut.
enum WordCharacter: Sendable {
  case lower, upper, digit, underscore, mark, ideograph, separator
}

/// Finds the parts of one word from the classes of its characters.
enum WordSplitter {
  /// Ranges of the parts of `classes[word]`, underscores left out.
  static func parts(
    of word: Range<Int>, classes: (Int) -> WordCharacter, _ body: (Range<Int>) -> Void
  ) {
    var start = word.lowerBound
    var index = word.lowerBound
    var previous = WordCharacter.underscore
    while index < word.upperBound {
      let current = classes(index)
      if current == .underscore {
        if start < index { body(start..<index) }
        start = index + 1
      } else if start < index, isCut(previous, current, next: index + 1 < word.upperBound ? classes(index + 1) : nil) {
        body(start..<index)
        start = index
      }
      // A mark belongs to the letter before it.
      if current != .mark { previous = current }
      index += 1
    }
    if start < word.upperBound { body(start..<word.upperBound) }
  }

  private static func isCut(_ previous: WordCharacter, _ current: WordCharacter, next: WordCharacter?) -> Bool {
    switch (previous, current) {
    case (_, .mark): false
    case (.ideograph, _), (_, .ideograph): true
    case (.digit, .digit): false
    case (.digit, _), (_, .digit): true
    case (.lower, .upper): true
    case (.upper, .upper): next == .lower
    default: false
    }
  }
}
