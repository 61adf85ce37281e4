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

  private var groups: [PowerGroup: [String: Count]] = [:]

  /// Reads earlier counts. Those of another kit version count for nothing: its rules are not these.
  init(json: Data?) {
    guard let json, let object = try? ProblemValue(json: json).objectValue,
      object["kit_version"]?.stringValue == ConformanceReport.kitVersion
    else { return }
    for group in PowerGroup.allCases {
      for (name, value) in object[group.rawValue]?.objectValue ?? [:] {
        guard let entry = value.objectValue else { continue }
        groups[group, default: [:]][name] = Count(
          runs: entry["runs"]?.integerValue ?? 0, hits: entry["hits"]?.integerValue ?? 0,
          missed: entry["missed_seeds"]?.arrayValue?.compactMap(\.stringValue) ?? [])
      }
    }
  }

  /// Adds what was counted elsewhere, on another machine or at the same time.
  mutating func add(_ other: PowerLedger) {
    for (group, counts) in other.groups {
      for (name, count) in counts {
        var sum = groups[group]?[name] ?? Count()
        sum.runs += count.runs
        sum.hits += count.hits
        sum.missed = (sum.missed + count.missed).suffix(20)
        groups[group, default: [:]][name] = sum
      }
    }
  }

  /// Begins some groups anew.
  mutating func forget(_ forgotten: [PowerGroup]) { for group in forgotten { groups[group] = nil } }

  mutating func add(_ group: PowerGroup, _ name: String, isHit: Bool, seed: UInt64) {
    var count = groups[group]?[name] ?? Count()
    count.runs += 1
    if isHit { count.hits += 1 } else { count.missed = (count.missed + [String(seed)]).suffix(20) }
    groups[group, default: [:]][name] = count
  }

  /// Whether nothing was missed and nothing was a false alarm.
  var isClean: Bool { groups.values.allSatisfy { $0.values.allSatisfy { $0.runs == $0.hits } } }

  var json: String {
    var pages: [String: ProblemValue] = ["kit_version": .string(ConformanceReport.kitVersion)]
    for (group, counts) in groups {
      pages[group.rawValue] = .object(
        counts.mapValues { count in
          [
            "runs": .integer(count.runs), "hits": .integer(count.hits),
            "missed_seeds": .array(count.missed.map { .string($0) }),
          ]
        })
    }
    return ProblemValue.object(pages).pretty + "\n"
  }

  var markdown: String {
    var text = "<!-- Made by scripts/power. Do not edit. -->\n\n# Detection power\n\n\(summary)\n\n"
    text +=
      "Kit \(ConformanceReport.kitVersion). A broken cell counts as caught when its named rule fails for its named reason; a "
    text +=
      "correct cell passes when a whole quick run has no finding. The lower bound is that of the 95 % Wilson interval; the "
    text += "aim is 0.99 over 400 runs, and every run for a deterministic rule. `scripts/power --resume` adds runs.\n"
    for group in PowerGroup.allCases {
      guard let counts = groups[group] else { continue }
      let isBroken = group == .broken
      text +=
        "\n## \(isBroken ? "Broken cells" : group.rawValue.prefix(1).uppercased() + group.rawValue.dropFirst())\n\n"
      text += "| cell |\(isBroken ? " kind |" : "") runs | \(isBroken ? "caught" : "passed") | lower bound |\n"
      text += "|---|\(isBroken ? "---|" : "")---|---|---|\n"
      for (name, count) in counts.sorted(by: { $0.key < $1.key }) {
        let bound = (count.lowerBound * 1000).rounded(.down) / 1000
        let kind = name.split(separator: " ").last.flatMap { RuleCatalogue.rule(String($0)) }?.kind.rawValue ?? ""
        text += "| \(name) |\(isBroken ? " \(kind) |" : "") \(count.runs) | \(count.hits) | \(bound) |\n"
      }
    }
    return text
  }

  /// One line a group: pairs, runs, what went wrong, and the fewest runs of any against what is wanted.
  var summary: String {
    PowerGroup.allCases.compactMap { group -> String? in
      guard let counts = groups[group]?.values, !counts.isEmpty else { return nil }
      let runs = counts.reduce(0) { $0 + $1.runs }
      let wrong = counts.reduce(0) { $0 + $1.runs - $1.hits }
      let fewest = counts.map(\.runs).min() ?? 0
      return
        "\(group.rawValue): \(counts.count) \(group == .broken ? "pairs of cell and rule" : "cells"), \(runs) runs "
        + "(\(fewest) of \(group.wanted) each), \(wrong) \(group == .broken ? "missed" : "false alarms")"
    }.joined(separator: "; ") + "."
  }
}
