import CodeIntel
import ProblemDetails

/// A failure as a person or a program wants it, always on standard error.
struct ProblemPage {
  let report: ProblemReport

  /// The problem object on one line. The strict encoder refuses nothing that our errors can hold; should it, the plain
  /// text is better than silence.
  func json() -> String { (try? report.json()) ?? report.problem.title.map { $0 + "\n" } ?? "unknown problem\n" }

  /// What happened, why, and what to do.
  func text(for terminal: Terminal) -> String {
    var lines = [terminal.styled("error: \(report.problem.title ?? "Unknown problem")", .error)]
    // A detail may hold bytes of somebody's file, and these must not move the cursor.
    if let detail = report.problem.detail {
      lines += detail.split(separator: "\n", omittingEmptySubsequences: false).map { Terminal.printable($0) }
    }
    if !report.remedy.isEmpty { lines.append("What to do: \(report.remedy)") }
    return lines.joined(separator: "\n") + "\n"
  }
}
