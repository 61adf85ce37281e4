#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A failure that a backend's maintainers know of and have not mended yet. It is shown in every report, and it ends.
public struct Waiver: Sendable, Hashable {
  /// The rule's id.
  public let rule: String
  /// Why the failure is there.
  public let reason: String
  /// Where it is tracked.
  public let issue: String
  /// The last day on which the waiver holds, as `2027-01-31`.
  public let until: String

  /// Makes a waiver. A date that cannot be read counts as passed.
  public init(_ rule: String, reason: String, issue: String, until: String) {
    self.rule = rule
    self.reason = reason
    self.issue = issue
    self.until = until
  }

  /// Whether the waiver still holds on the day that `today` gives in the same form.
  package func holds(on today: String = Waiver.today) -> Bool { refusal == nil && today <= until }

  /// Why the waiver is none, whatever the day; nil when it is one.
  package var refusal: String? {
    guard rule != RuleSelection.canary else {
      return "a waiver of the canary \(rule) is refused: a run that does not catch it proves nothing"
    }
    guard RuleCatalogue.rule(rule) != nil else { return "a waiver names \"\(rule)\", which is no rule" }
    guard Self.isDate(until) else {
      return "the waiver of \(rule) ends on \"\(until)\", which is no day: write it as 2027-01-31"
    }
    return nil
  }

  /// Whether a text is a day of the Gregorian calendar, as `2027-01-31`.
  private static func isDate(_ text: String) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.map(\.count) == [4, 2, 2], parts.allSatisfy({ $0.allSatisfy { $0.isASCII && $0.isNumber } }) else {
      return false
    }
    let numbers = parts.compactMap { Int($0) }
    let (year, month, day) = (numbers[0], numbers[1], numbers[2])
    let isLeap = (year.isMultiple(of: 4) && !year.isMultiple(of: 100)) || year.isMultiple(of: 400)
    let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return (1...12).contains(month) && (1...days[month - 1]).contains(day)
  }

  /// Today's date in UTC.
  package static var today: String { Date.now.formatted(.iso8601.year().month().day()) }
}
