extension ReadinessReport {
  /// The report for people, in the form of Kubernetes' health endpoints: one line a check, `[+]` good, `[-]` bad, and a
  /// last line that sums up.
  public var text: String {
    var lines = ["\(isPhaseGood ? "[+]" : "[-]")phase \(phase.rawValue)"]
    for cell in cells {
      if excluded.contains(cell.name) {
        lines.append("[+]\(cell.name) excluded: \(cell.check.rawValue)")
      } else {
        lines.append(line(for: cell))
      }
    }
    lines += limits.map { "limit: \($0)" }
    if !unknownExcluded.isEmpty {
      lines.append("warn: no checks are named \(unknownExcluded.joined(separator: ", "))")
    }
    lines.append("readyz check \(isReady ? "passed" : "failed")")
    return lines.joined(separator: "\n") + "\n"
  }

  private var isPhaseGood: Bool { phase == .ready }

  private func line(for cell: CellStatus) -> String {
    guard cell.blocksReadiness else {
      let limits = cell.limits.isEmpty ? "" : " (\(cell.limits.joined(separator: "; ")))"
      return "[+]\(cell.name) \(cell.check.rawValue)\(limits)"
    }
    let retry = cell.retryAfterSeconds.map { ", next attempt in \(($0 * 10).rounded(.up) / 10) s" } ?? ""
    return "[-]\(cell.name) failed: \(cell.error ?? cell.detail)\(retry)"
  }
}
