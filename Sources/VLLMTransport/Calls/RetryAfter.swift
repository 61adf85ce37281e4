#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The field `Retry-After`: seconds, or a date (RFC 9110, section 10.2.3).
enum RetryAfter {
  /// The time to wait; nil when the field says nothing that can be understood. A date that has passed is zero.
  static func delay(_ field: String?, now: Date) -> Duration? {
    guard let field, field.utf8.count < 64 else { return nil }
    let text = String(field.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
      // A number that does not fit is a very long time; the caller has a deadline.
      return .seconds(Int64(text).map { min($0, longest) } ?? longest)
    }
    guard let then = secondsSince1970(text) else { return nil }
    let seconds = then - now.timeIntervalSince1970
    return .seconds(min(max(0, seconds), Double(longest)))
  }

  /// A date as servers must write it, `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7, IMF-fixdate).
  private static func secondsSince1970(_ text: String) -> Double? {
    let pattern = #/[A-Z][a-z]{2}, (\d{2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT/#
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    guard let match = text.wholeMatch(of: pattern)?.output, let month = months.firstIndex(of: String(match.2)),
      let day = Int(match.1), let year = Int(match.3), let hour = Int(match.4), let minute = Int(match.5),
      let second = Int(match.6), year >= 1970
    else { return nil }
    // Years are counted from March, so that the leap day is the last of its year.
    let march = month < 2 ? year - 1 : year
    let days = march * 365 + march / 4 - march / 100 + march / 400 + (153 * ((month + 10) % 12) + 2) / 5 + day - 719_469
    return Double(((days * 24 + hour) * 60 + minute) * 60 + second)
  }

  private static let longest: Int64 = 86_400 * 365
}
