import ArgumentParser
import CellConformance

/// How the tool ends.
enum Ending {
  static let nonconformant = ExitCode(2)
  static let inconclusive = ExitCode(3)
  static let kitFailed = ExitCode(4)

  /// Throws the code of a report's result.
  static func of(_ report: ConformanceReport) throws {
    switch report.result {
    case .nonconformant: throw nonconformant
    case .inconclusive: throw inconclusive
    case .partial:
      // A run of a part that went well is what was asked for; a whole run that is partial is not a pass.
      if report.isComplete { throw inconclusive }
    case .conformant: break
    }
  }
}
