/// English stems: M. F. Porter, An algorithm for suffix stripping, Program 14 (1980), on bytes.
///
/// It makes the stems that SQLite's FTS5 makes with its tokenizer `porter`, which the tests hold it against. Where FTS5
/// departs from the paper it does too: "y" is a vowel anywhere but at the beginning where a stem must have a vowel, "logi"
/// becomes "log", and words of fewer than 3 or more than 64 bytes stay as they are.
public enum PorterStemmer {
  /// The stem of a lower-case token. Bytes above ASCII count as consonants, so a stem need not be UTF-8.
  public static func stem(_ token: String) -> [UInt8] {
    var word = Array(token.utf8)
    guard (3...64).contains(word.count) else { return word }
    dropPlural(&word)
    if dropPast(&word) { mend(&word) }
    if word.last == .y, hasVowel(word.dropLast()) { word[word.count - 1] = .i }
    replace(&word, PorterSuffixes.step2) { measure($0) > 0 }
    replace(&word, PorterSuffixes.step3) { measure($0) > 0 }
    replace(&word, PorterSuffixes.step4) { measure($0) > 1 }
    tidy(&word)
    return word
  }

  typealias Stem = ArraySlice<UInt8>

  /// Step 1a.
  private static func dropPlural(_ word: inout [UInt8]) {
    let count = word.count
    guard word[count - 1] == .s else { return }
    if word[count - 2] == .e {
      let isLong = (count > 4 && word[count - 4] == .s && word[count - 3] == .s) || (count > 3 && word[count - 3] == .i)
      word.removeLast(isLong ? 2 : 1)
    } else if word[count - 2] != .s {
      word.removeLast()
    }
  }

  /// Step 1b, its first half. Returns whether "ed" or "ing" went.
  private static func dropPast(_ word: inout [UInt8]) -> Bool {
    if word.ends(in: "eed") {
      if measure(word.dropLast(3)) > 0 { word.removeLast() }
      return false
    }
    for suffix: StaticString in ["ed", "ing"] where word.ends(in: suffix) {
      guard hasVowel(word.dropLast(suffix.utf8CodeUnitCount)) else { return false }
      word.removeLast(suffix.utf8CodeUnitCount)
      return true
    }
    return false
  }

  /// Step 1b, its second half.
  private static func mend(_ word: inout [UInt8]) {
    if word.ends(in: "at") || word.ends(in: "bl") || word.ends(in: "iz") {
      word.append(.e)
      return
    }
    let last = word[word.count - 1]
    if !isPlainVowel(last), last != .l, last != .s, last != .z, word.count > 1, word[word.count - 2] == last {
      word.removeLast()
    } else if measure(word[...]) == 1, endsShort(word[...]) {
      word.append(.e)
    }
  }

  /// Steps 2 to 4: the first suffix that the word ends in decides, whether it may go or not.
  private static func replace(
    _ word: inout [UInt8], _ rules: [UInt8: [PorterSuffixes.Rule]], _ holds: (Stem) -> Bool
  ) {
    guard word.count > 1, let rules = rules[word[word.count - 2]] else { return }
    guard let rule = rules.first(where: { word.ends(in: $0.suffix) }) else { return }
    let stem = word.dropLast(rule.suffix.utf8CodeUnitCount)
    guard holds(stem) else { return }
    if rule.isAfterSOrT, stem.last != .s, stem.last != .t { return }
    word.removeLast(rule.suffix.utf8CodeUnitCount)
    word.append(contentsOf: UnsafeBufferPointer(start: rule.with.utf8Start, count: rule.with.utf8CodeUnitCount))
  }

  /// Step 5.
  private static func tidy(_ word: inout [UInt8]) {
    if word.last == .e {
      let stem = word.dropLast()
      let measure = measure(stem)
      if measure > 1 || (measure == 1 && !endsShort(stem)) { word.removeLast() }
    }
    if word.count > 1, word[word.count - 1] == .l, word[word.count - 2] == .l, measure(word.dropLast()) > 1 {
      word.removeLast()
    }
  }

  /// The paper's m, counted up to 2: how often consonants follow vowels.
  private static func measure(_ stem: Stem) -> Int {
    var count = 0
    var wasConsonant = false
    var hadVowel = false
    for byte in stem {
      let isConsonant = !(isPlainVowel(byte) || (byte == .y && wasConsonant))
      if isConsonant, hadVowel {
        count += 1
        hadVowel = false
        if count == 2 { break }
      } else if !isConsonant {
        hadVowel = true
      }
      wasConsonant = isConsonant
    }
    return count
  }

  /// The paper's *o: consonant, vowel, consonant, the last not w, x or y.
  private static func endsShort(_ stem: Stem) -> Bool {
    guard stem.count > 2, let last = stem.last, last != .w, last != .x, last != .y else { return false }
    var shape = 0
    var wasConsonant = false
    for byte in stem {
      wasConsonant = !(isPlainVowel(byte) || (byte == .y && wasConsonant))
      shape = shape << 1 & 7 | (wasConsonant ? 1 : 0)
    }
    return shape == 0b101
  }

  private static func hasVowel(_ stem: Stem) -> Bool {
    stem.first.map(isPlainVowel) ?? false || stem.dropFirst().contains { isPlainVowel($0) || $0 == .y }
  }

  private static func isPlainVowel(_ byte: UInt8) -> Bool {
    byte == .e || byte == .a || byte == .i || byte == .o || byte == .u
  }
}

extension UInt8 {
  fileprivate static let (a, e, i, l, o) = (UInt8(0x61), UInt8(0x65), UInt8(0x69), UInt8(0x6C), UInt8(0x6F))
  fileprivate static let (s, t, u, w, x) = (UInt8(0x73), UInt8(0x74), UInt8(0x75), UInt8(0x77), UInt8(0x78))
  fileprivate static let (y, z) = (UInt8(0x79), UInt8(0x7A))
}

extension [UInt8] {
  /// Whether these bytes end in the suffix and have something before it.
  fileprivate func ends(in suffix: StaticString) -> Bool {
    let length = suffix.utf8CodeUnitCount
    guard count > length else { return false }
    let start = count - length
    for place in 0..<length where self[start + place] != suffix.utf8Start[place] { return false }
    return true
  }
}
