import Lifespan

extension ReadinessReport {
  /// The report as it may leave the host: without errors' words and the host's folders.
  var forClients: ReadinessReport {
    var report = withoutReasons()
    report.reasons = report.reasons.map(HostPaths.removed)
    report.limits = report.limits.map(HostPaths.removed)
    for index in report.cells.indices {
      report.cells[index].limits = report.cells[index].limits.map(HostPaths.removed)
    }
    // Names that no cell has are the caller's own text: bounded, so that the answer is.
    report.unknownExcluded = report.unknownExcluded.filter { !$0.isEmpty }.prefix(20).map { String($0.prefix(64)) }
    return report
  }
}
