import Foundation

/// Leaves the process without unwinding; only for the second interrupt, when the user does not want to wait.
enum CommandExit {
  static func now(_ code: Int32) -> Never { exit(code) }
}
