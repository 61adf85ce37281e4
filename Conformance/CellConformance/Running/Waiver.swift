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
  package func holds(on today: String = Waiver.today) -> Bool {
    let parts = until.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.map(\.count) == [4, 2, 2], parts.allSatisfy({ $0.allSatisfy(\.isNumber) }) else { return false }
    return today <= until
  }

  /// Today's date in UTC.
  package static var today: String { Date.now.formatted(.iso8601.year().month().day()) }
}
