import Foundation
import Testing

/// Whether the tests run under the thread sanitizer, as scripts/sanitize starts them, and why some do not.
enum Sanitizer {
  static let isAbsent = ProcessInfo.processInfo.environment["TSAN_OPTIONS"] == nil

  static let endings: Comment =
    "the thread sanitizer takes traps and exits over, so a dying process says other things: run scripts/test"
  static let silences: Comment =
    "the thread sanitizer's own thread and its slowness change when a process counts as hung: run scripts/test"
  static let races: Comment =
    "broken cells may race, and a report of theirs would end the run as a failure of ours: run scripts/test"
}
