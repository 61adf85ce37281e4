/// What readyz answers: whether requests are welcome, and each cell's state. `Fixtures/schema/readyz.schema.json` is its
/// JSON form; every member's name is a legal RFC 9457 extension, so that the same members fit a 503 problem.
public struct ReadinessReport: Sendable, Hashable, Codable {
  /// Version of the JSON form.
  public var schemaVersion = 1
  /// Whether requests are welcome: HTTP 200, else 503.
  public var isReady: Bool
  /// Where the process is in its life.
  public var phase: LifespanPhase
  /// Why it is not ready; empty when it is.
  public var reasons: [String]
  /// Notes on degraded operation that belong to no single cell; not counted against readiness.
  public var limits: [String]
  /// One row for each cell, in a fixed order.
  public var cells: [CellStatus]
  /// Cells that the caller asked to leave out of the decision.
  public var excluded: [String]
  /// Names that the caller asked to leave out and that are no cells.
  public var unknownExcluded: [String]

  enum CodingKeys: String, CodingKey {
    case phase, reasons, limits, cells, excluded
    case schemaVersion = "schema_version"
    case isReady = "ready"
    case unknownExcluded = "unknown_excluded"
  }

  /// The report without the words of errors, for callers that may not see the inside of the service.
  public func withoutReasons() -> ReadinessReport {
    var copy = self
    for index in copy.cells.indices where copy.cells[index].error != nil {
      copy.cells[index].error = "reason withheld"
    }
    return copy
  }

  /// The error that the report amounts to; nil when ready.
  public var failure: LifespanError? {
    guard !isReady else { return nil }
    return LifespanError(
      .notReady, "The service is not ready: \(reasons.joined(separator: "; ")).",
      cells: cells.filter(\.blocksReadiness).map(\.name))
  }
}
