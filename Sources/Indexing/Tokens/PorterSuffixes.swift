/// The suffixes of Porter's steps 2 to 4 with what comes in their place, by their last letter but one; the longer of two
/// that end alike first.
enum PorterSuffixes {
  struct Rule {
    let suffix: StaticString
    let with: StaticString
    /// Whether the stem must end in "s" or "t".
    var isAfterSOrT = false

    init(_ suffix: StaticString, _ with: StaticString = "", isAfterSOrT: Bool = false) {
      (self.suffix, self.with, self.isAfterSOrT) = (suffix, with, isAfterSOrT)
    }
  }

  static let step2 = keyed([
    Rule("ational", "ate"), Rule("tional", "tion"), Rule("enci", "ence"), Rule("anci", "ance"), Rule("izer", "ize"),
    Rule("logi", "log"), Rule("bli", "ble"), Rule("alli", "al"), Rule("entli", "ent"), Rule("eli", "e"),
    Rule("ousli", "ous"), Rule("ization", "ize"), Rule("ation", "ate"), Rule("ator", "ate"), Rule("alism", "al"),
    Rule("iveness", "ive"), Rule("fulness", "ful"), Rule("ousness", "ous"), Rule("aliti", "al"), Rule("iviti", "ive"),
    Rule("biliti", "ble"),
  ])

  static let step3 = keyed([
    Rule("ical", "ic"), Rule("ness"), Rule("icate", "ic"), Rule("iciti", "ic"), Rule("ful"), Rule("ative"),
    Rule("alize", "al"),
  ])

  static let step4 = keyed([
    Rule("al"), Rule("ance"), Rule("ence"), Rule("er"), Rule("ic"), Rule("able"), Rule("ible"), Rule("ant"),
    Rule("ement"), Rule("ment"), Rule("ent"), Rule("ion", isAfterSOrT: true), Rule("ou"), Rule("ism"), Rule("ate"),
    Rule("iti"), Rule("ous"), Rule("ive"), Rule("ize"),
  ])

  private static func keyed(_ rules: [Rule]) -> [UInt8: [Rule]] {
    Dictionary(grouping: rules) { $0.suffix.utf8Start[$0.suffix.utf8CodeUnitCount - 2] }
  }
}
