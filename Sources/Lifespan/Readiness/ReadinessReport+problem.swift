public import ProblemDetails

extension ReadinessReport {
  /// The report's members as extensions of a problem: a 503 of readyz is valid under both schemas.
  public var problemMembers: [String: ProblemValue] {
    [
      "schema_version": .integer(Int64(schemaVersion)),
      "ready": .bool(isReady),
      "phase": .string(phase.rawValue),
      "reasons": .strings(reasons),
      "limits": .strings(limits),
      "cells": .array(cells.map { .object($0.members) }),
      "excluded": .strings(excluded),
      "unknown_excluded": .strings(unknownExcluded),
    ]
  }

  /// The problem that the report amounts to, with all its members; nil when ready.
  public var problem: ProblemDetails? {
    guard let failure else { return nil }
    var problem = ProblemDetails(failure)
    problem.extensions.merge(problemMembers) { _, member in member }
    return problem
  }
}

extension CellStatus {
  /// The row as a JSON object; what does not apply is absent.
  var members: [String: ProblemValue] {
    var members: [String: ProblemValue] = [
      "name": .string(name), "init_state": .string(initState), "detail": .string(detail),
      "check": .string(check.rawValue), "required": .bool(isRequired), "limits": .strings(limits),
      "metric_label": .string(metricLabel), "leases": .integer(Int64(leases)), "waiters": .integer(Int64(waiters)),
    ]
    if let lastInitMilliseconds { members["last_init_ms"] = .number(lastInitMilliseconds) }
    if let generation { members["generation"] = .integer(Int64(clamping: generation)) }
    if let error { members["error"] = .string(error) }
    if let retryAfterSeconds { members["retry_after_seconds"] = .number(retryAfterSeconds) }
    return members
  }
}

extension ProblemValue {
  static func strings(_ texts: [String]) -> ProblemValue { .array(texts.map(ProblemValue.string)) }
}
