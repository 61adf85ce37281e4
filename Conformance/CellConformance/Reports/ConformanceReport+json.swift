package import ProblemDetails

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension ConformanceReport {
  /// The report as one JSON object, in the shape of `Fixtures/schema/conformance-report.schema.json`.
  package var jsonValue: ProblemValue {
    [
      "schema_version": 1,
      "kit_version": .string(Self.kitVersion),
      "result": .string(result.rawValue),
      "complete": .bool(isComplete),
      "canary_caught": .bool(canaryCaught),
      "seed": .string(String(seed)),
      "date": .string(Waiver.today),
      "backend": [
        "name": .string(manifest.name), "version": .string(manifest.version), "url": .string(manifest.url),
        "face": .string(face.rawValue),
        "capabilities": .array(manifest.capabilities.map(\.rawValue).sorted().map { .string($0) }),
      ],
      "environment": [
        "os": .string(ProcessInfo.processInfo.operatingSystemVersionString),
        "processors": .integer(Int64(ProcessInfo.processInfo.activeProcessorCount)),
        "optimized": .bool(Self.isOptimized),
      ],
      "timing": [
        "mode": .string(timing.mode.rawValue), "rounds": .integer(Int64(timing.rounds)),
        "seconds": .number((timing.duration / .milliseconds(1)).rounded() / 1000),
      ],
      "counts": .object(
        Dictionary(
          uniqueKeysWithValues: RuleResult.Verdict.allCases.map { ($0.rawValue, .integer(Int64(count($0)))) })),
      "suites": .array(
        NamedSuite.allCases.filter { !$0.rules.isEmpty }.map { suite in
          let own = results.filter { $0.rule.suite == suite }
          return [
            "name": .string(suite.rawValue), "rules": .integer(Int64(suite.rules.count)),
            "passed": .integer(Int64(own.count { $0.verdict == .passed })),
            "failed": .integer(Int64(own.count { $0.verdict == .failed })),
          ]
        }),
      "rules": .array(results.map(\.jsonValue)),
      "reproduce": .string(reproduce),
    ]
  }

  private static var isOptimized: Bool {
    var optimized = true
    assert({ optimized = false }() == ())
    return optimized
  }
}

extension RuleResult {
  var jsonValue: ProblemValue {
    [
      "id": .string(rule.id), "title": .string(rule.title), "level": .string(rule.level.rawValue),
      "kind": .string(rule.kind.rawValue), "verdict": .string(verdict.rawValue),
      "milliseconds": .number(duration / .milliseconds(1)), "overlap_unproven": .integer(Int64(overlapUnproven)),
      "note": .string(note),
      "findings": .array(
        findings.map {
          [
            "reason": .string($0.reason.rawValue), "message": .string($0.message),
            "proof": .array($0.proof.map { .string($0) }),
          ]
        }),
    ]
  }
}
