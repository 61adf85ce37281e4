import ArgumentParser
import CodeIntel
import Foundation
import Retrieval

/// `codeintel tune <dataset>`: the fusion that serves a development split best.
struct TuneCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tune",
    abstract: "Picks the fusion's weights and constant on a development split.",
    discussion: """
      Tries eight weights a channel, with reciprocal ranks five constants too, and prints the best by nDCG@10. The figures are of the questions \
      that were tuned on, so they flatter: judge the choice with 'codeintel eval' on other questions.
      """)

  @OptionGroup var options: GlobalOptions
  @OptionGroup var evaluation: EvaluationOptions

  @Option(name: .long, help: "How lists are fused: rrf or relative (default: the setting's).")
  var fusion: FusionMethod?

  @Option(name: .shortAndLong, parsing: .unconditional, help: "How many of the best settings to print.")
  var limit: Int = 10

  func validate() throws {
    guard limit > 0 else { throw ValidationError("--limit must be positive, got \(limit).") }
  }

  /// The JSON form.
  struct Answer: Encodable {
    let dataset: String
    let queries: Int
    let fusion: FusionMethod
    let tried: Int
    /// How many settings have the best nDCG@10.
    let tied: Int
    let best: [FusionTuner.Trial]
    let limits: [String]
  }

  func run() async throws {
    let (options, evaluation, fusion, limit) = (options, evaluation, fusion, limit)
    try await CommandRunner.run(options) { context in
      let (collection, runs) = try await evaluation.run(in: context, options)
      let method = fusion ?? context.settings.fusionMethod
      let trials = try FusionTuner.trials(runs, of: collection, depth: evaluation.depth, method: method)
      let answer = Answer(
        dataset: evaluation.name, queries: collection.queries.count, fusion: method, tried: trials.count,
        tied: trials.prefix { $0.metrics.nDCG10 == trials.first?.metrics.nDCG10 }.count,
        best: Array(trials.prefix(limit)), limits: runs.limits)
      try StandardStreams.out(options.json ? try JSONPage.text(answer) : Self.table(answer))
    }
  }

  static func table(_ answer: Answer) -> String {
    var lines = [
      "### \(answer.dataset): \(answer.queries) questions, fusion \(answer.fusion.rawValue), "
        + "\(answer.tried) settings tried", "",
      "| k | weights | nDCG@10 | MRR@10 | R@100 | MAP |", "|---|---|---|---|---|---|",
    ]
    for trial in answer.best {
      let weights = trial.weights.sorted { $0.key < $1.key }.map { String(format: "%@ %.3g", $0.key, $0.value) }
      lines.append(
        String(
          format: "| %@ | %@ | %.4f | %.4f | %.4f | %.4f |", trial.k.map { String(format: "%.3g", $0) } ?? "-",
          weights.joined(separator: ", "),
          trial.metrics.nDCG10, trial.metrics.mrr10, trial.metrics.recall100, trial.metrics.averagePrecision))
    }
    if let best = answer.best.first {
      let weights = best.weights.sorted { $0.key < $1.key }.map { String(format: "%@=%.3g", $0.key, $0.value) }
      let constant =
        best.k.map { "CODEINTEL_FUSION_METHOD=rrf CODEINTEL_FUSION_RRF_K=\(String(format: "%.3g", $0))" }
        ?? "CODEINTEL_FUSION_METHOD=relative"
      if answer.tied > 1 {
        lines += [
          "",
          "The first \(answer.tied) of \(answer.tried) are alike by nDCG@10, in the order they were tried: these questions do not "
            + "tell them apart.",
        ]
      }
      lines += ["", "To use the first one: \(constant) CODEINTEL_FUSION_WEIGHTS=\(weights.joined(separator: ","))"]
    }
    lines += answer.limits.isEmpty ? [] : [""] + answer.limits.map { "limit: \($0)" }
    return lines.joined(separator: "\n") + "\n"
  }
}
