#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A moment in UTC, to the nanosecond, for log lines.
public struct WallTime: Sendable, Hashable {
  /// Whole seconds since 1970.
  public var seconds: Int64
  /// The rest, below one second.
  public var nanoseconds: Int64

  /// A moment.
  public init(seconds: Int64, nanoseconds: Int64 = 0) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  /// Now, by the system's clock.
  public static var now: WallTime {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return WallTime(seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
  }

  /// RFC 3339 with milliseconds: `2026-11-23T18:05:07.042Z`.
  public var rfc3339: String { "\(date)T\(timeOfDay)Z" }

  /// `18:05:07.042`.
  public var timeOfDay: String {
    let second = seconds - day * 86_400
    let parts = [second / 3600, second / 60 % 60, second % 60].map { Self.padded($0, 2) }
    return parts.joined(separator: ":") + "." + Self.padded(nanoseconds / 1_000_000, 3)
  }

  /// `2026-11-23`.
  public var date: String {
    // Days to a date of the proleptic Gregorian calendar, counted in years that begin in March, so that a leap day is
    // the last day of its year.
    let shifted = day + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let dayOfMonth = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(dayOfMonth, 2))"
  }

  private var day: Int64 { seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400 }

  private static func padded(_ value: Int64, _ width: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }
}
