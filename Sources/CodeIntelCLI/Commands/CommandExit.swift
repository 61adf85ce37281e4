import Foundation

/// Leaves the process without unwinding; only for the second interrupt, when the user does not want to wait.
///
/// Nothing that is registered to run at the exit runs: threads still use what destructors of static objects would take away.
enum CommandExit {
  static func now(_ code: Int32) -> Never { _exit(code) }
}
