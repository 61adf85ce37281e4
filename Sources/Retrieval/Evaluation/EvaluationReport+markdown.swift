import Foundation

extension EvaluationReport {
  /// The report as Markdown: one table of the channels and their fusion, one of the differences.
  public var markdown: String {
    var lines = [
      "### \(dataset): \(documents) documents, \(queries) questions of \(judgments), depth \(depth)", "",
      "| | nDCG@10 | MRR@10 | R@100 | MAP | p50 ms | p99 ms |", "|---|---|---|---|---|---|---|",
    ]
    for comparison in comparisons {
      guard let metrics = channels[comparison.channel] else { continue }
      lines.append(Self.row(comparison.channel, metrics, latency[comparison.channel]))
    }
    let weights = comparisons.map { part in
      String(format: "%@ %.3g", part.channel, fusion.weights[part.channel] ?? 0)
    }
    let method = fusion.k.map { String(format: "k %.3g", $0) } ?? fusion.method.rawValue
    let name = "fused (\(method), " + weights.joined(separator: ", ") + ")"
    lines += [Self.row(name, fused, nil), "", "| fused minus | nDCG@10 | 95 % interval |", "|---|---|---|"]
    for part in comparisons {
      lines.append(
        String(
          format: "| %@ | %+.4f | %+.4f to %+.4f |", part.channel, part.nDCG10.difference, part.nDCG10.lower,
          part.nDCG10.upper))
    }
    if let rows = ablation?.rows, !rows.isEmpty {
      lines += [
        "", "| fused | method | nDCG@10 | MAP | minus the best alone | 95 % interval |", "|---|---|---|---|---|---|",
      ]
      lines += rows.map { part in
        String(
          format: "| %@ | %@ | %.4f | %.4f | %+.4f (%@) | %+.4f to %+.4f |", part.channels.joined(separator: ", "),
          part.method.rawValue, part.metrics.nDCG10, part.metrics.averagePrecision, part.nDCG10.difference, part.best,
          part.nDCG10.lower, part.nDCG10.upper)
      }
    }
    lines += limits.isEmpty ? [] : [""] + limits.map { "limit: \($0)" }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func row(_ name: String, _ metrics: RankingMetrics, _ latency: LatencySummary?) -> String {
    let times = latency.map { String(format: "%.2f | %.2f", $0.p50, $0.p99) } ?? " | "
    return String(
      format: "| %@ | %.4f | %.4f | %.4f | %.4f | %@ |", name, metrics.nDCG10, metrics.mrr10, metrics.recall100,
      metrics.averagePrecision, times)
  }
}
