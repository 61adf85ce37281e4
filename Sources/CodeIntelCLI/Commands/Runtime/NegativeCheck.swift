import ArgumentParser
import ProblemDetails

/// The end of a check that came out negative.
enum NegativeCheck {
  /// The exit code of the table in `docs/contract.md`.
  static let exit = ExitCode(ExitStatus.negativeCheck.rawValue)
}
