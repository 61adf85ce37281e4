import ArgumentParser
import CodeIntel
import Foundation
import Retrieval

/// `codeintel eval <dataset>`: how good the channels and their fusion are on a judged collection.
struct EvalCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval",
    abstract: "Measures the channels and their fusion on a judged collection.",
    discussion: """
      Indexes the collection into a temporary folder and prints nDCG@10, MRR@10, recall@100 and MAP of each channel and of \
      their fusion (the definitions of trec_eval), the differences with 95 % intervals by paired bootstrap, and the \
      latency of each channel's search. The fusion is what a search gives: late interaction, where it has a weight, scores the \
      first 100 candidates of the others, while its own row is its own search. The table is Markdown; with --json the same is one document.
      """)

  @OptionGroup var options: GlobalOptions
  @OptionGroup var evaluation: EvaluationOptions

  @OptionGroup var numbers: FusionOptions

  @Option(name: .long, help: "How lists are fused: rrf or relative (default: the setting's).")
  var fusion: FusionMethod?

  @Option(name: .long, help: "Also write what each channel found to this file, in the run format of trec_eval.")
  var runs: String?

  @Flag(name: .long, help: "Also judge the fusion of every set of the channels, by each method.")
  var ablation = false

  func run() async throws {
    let (options, evaluation, k, weights, file) = (
      options, evaluation, numbers.k, try numbers.parsedWeights(), self.runs
    )
    let (fusion, ablation) = (fusion, ablation)
    try await CommandRunner.run(options) { context in
      // Unusable settings are told before anything is indexed.
      let settings = try FusionSettings(
        k: k ?? context.settings.search.rrfK, weights: context.settings.search.weights,
        window: evaluation.depth, method: fusion ?? context.settings.fusionMethod
      ).naming(try evaluation.names().map(Set.init), weights: weights)
      let found = try file.map { try ResultFile(path: $0) }
      let (collection, runs) = try await evaluation.run(in: context, options)
      try found?.write(runs.trecRun(of: collection))
      var report = EvaluationReport(
        dataset: evaluation.name, collection: collection, runs: runs, settings: settings, depth: evaluation.depth)
      if ablation {
        report.ablation = try FusionAblation(runs, of: collection, settings: settings, depth: evaluation.depth)
      }
      try StandardStreams.out(options.json ? try JSONPage.text(report) : report.markdown)
    }
  }
}
