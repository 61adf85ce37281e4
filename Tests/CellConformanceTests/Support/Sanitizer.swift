import Foundation
import Testing

/// Whether the tests run under the thread sanitizer, as scripts/sanitize starts them: it takes traps and exits over, so what
/// a dying process says is not the kit's any more.
enum Sanitizer {
  static let isAbsent = ProcessInfo.processInfo.environment["TSAN_OPTIONS"] == nil
  static let reason: Comment = "the thread sanitizer changes how processes end: run scripts/test"
}
