import CellConformance
import ProblemDetails

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Counts of runs and hits for each broken cell with its rule, and for each correct cell.
struct PowerLedger {
  struct Count {
    var runs: Int64 = 0
    var hits: Int64 = 0
    /// Seeds of runs that missed, so that they can be looked at; the latest twenty.
    var missed: [String] = []

    /// The lower bound of the 95 % interval of Wilson (1927) for the true rate.
    var lowerBound: Double {
      guard runs > 0 else { return 0 }
      let (n, z) = (Double(runs), 1.959964)
      let rate = Double(hits) / n
      let centre = rate + z * z / (2 * n)
      let margin = z * (rate * (1 - rate) / n + z * z / (4 * n * n)).squareRoot()
      return (centre - margin) / (1 + z * z / n)
    }
  }

  private var groups: [String: [String: Count]] = ["broken": [:], "correct": [:]]

  /// Reads earlier counts; without any, or when they cannot be read, it begins at nothing.
  init(json: Data?) {
    guard let json, let object = try? ProblemValue(json: json).objectValue else { return }
    for group in groups.keys {
      for (name, value) in object[group]?.objectValue ?? [:] {
        guard let entry = value.objectValue else { continue }
        groups[group]?[name] = Count(
          runs: entry["runs"]?.integerValue ?? 0, hits: entry["hits"]?.integerValue ?? 0,
          missed: entry["missed_seeds"]?.arrayValue?.compactMap(\.stringValue) ?? [])
      }
    }
  }

  mutating func add(_ group: String, _ name: String, isHit: Bool, seed: UInt64) {
    var count = groups[group]?[name] ?? Count()
    count.runs += 1
    if isHit { count.hits += 1 } else { count.missed = (count.missed + [String(seed)]).suffix(20) }
    groups[group]?[name] = count
  }

  var json: String {
    let pages = groups.mapValues { group in
      ProblemValue.object(
        group.mapValues { count in
          [
            "runs": .integer(count.runs), "hits": .integer(count.hits),
            "missed_seeds": .array(count.missed.map { .string($0) }),
          ]
        })
    }
    return ProblemValue.object(pages.merging(["kit_version": .string(ConformanceReport.kitVersion)]) { $1 }).json + "\n"
  }

  var markdown: String {
    var text = "<!-- Made by scripts/power. Do not edit. -->\n\n# Detection power\n\n\(summary)\n\n"
    text += "The lower bound is that of the 95 % Wilson interval.\n"
    let titles = [
      ("broken", "Broken cells: caught by the named rule for the named reason"),
      ("correct", "Correct cells: whole runs without a finding"),
    ]
    for (group, title) in titles {
      text += "\n## \(title)\n\n| cell | runs | hits | lower bound |\n|---|---|---|---|\n"
      for (name, count) in (groups[group] ?? [:]).sorted(by: { $0.key < $1.key }) {
        let bound = (count.lowerBound * 1000).rounded(.down) / 1000
        text += "| \(name) | \(count.runs) | \(count.hits) | \(bound) |\n"
      }
    }
    return text
  }

  var summary: String {
    let broken = groups["broken"] ?? [:]
    let correct = groups["correct"] ?? [:]
    let missed = broken.values.reduce(0) { $0 + $1.runs - $1.hits }
    let alarms = correct.values.reduce(0) { $0 + $1.runs - $1.hits }
    return """
      \(broken.count) pairs of broken cell and rule, \(broken.values.reduce(0) { $0 + $1.runs }) runs, \(missed) missed; \
      \(correct.count) correct cells, \(correct.values.reduce(0) { $0 + $1.runs }) runs, \(alarms) false alarms.
      """
  }
}
