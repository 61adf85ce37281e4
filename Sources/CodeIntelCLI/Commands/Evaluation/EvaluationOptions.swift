import ArgumentParser
import CodeIntel
import Foundation
import Indexing
import Retrieval
import RuntimeCells

/// What `eval` and `tune` have in common: a judged collection and who is asked about it.
struct EvaluationOptions: ParsableArguments {
  @Argument(
    help: "Folder with corpus.jsonl, queries.jsonl and qrels.tsv (or qrels/<split>.tsv): the BEIR layout.",
    completion: .directory)
  var dataset: String

  @Option(name: .long, help: "Which judgments to read from the folder qrels (default: qrels.tsv, else qrels/test.tsv).")
  var split: String?

  @Option(
    name: .long,
    help: "The channels to ask, comma-separated: \(ChannelNames.known) (default: those that an index gets).")
  var channels: String?

  @Option(name: .long, parsing: .unconditional, help: "How many hits each channel is asked for (1 to 10000).")
  var depth: Int = 200

  func validate() throws {
    guard (1...10_000).contains(depth) else { throw ValidationError("--depth must be from 1 to 10000, got \(depth).") }
    _ = try names()
  }

  /// The channels asked for, in the engine's order; nil for those that an index gets.
  func names() throws -> [String]? { try ChannelNames.parse(channels) }

  /// The collection's name in reports: its folder's.
  var name: String { URL(fileURLWithPath: dataset).lastPathComponent }

  /// Indexes the collection into a folder that is removed afterwards, and asks every channel every question.
  func run(in context: ApplicationContext, _ options: GlobalOptions) async throws -> (JudgedCollection, ChannelRuns) {
    let collection = try JudgedCollection(folder: dataset, split: split)
    let names = try names() ?? context.builtChannels
    let bar = options.quiet ? nil : ProgressBar(terminal: options.diagnostics)
    let progress: any IndexProgress = bar ?? SilentProgress()
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("codeintel-eval-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer {
      bar?.finish()
      // A folder left in the temporary directory harms nobody.
      try? FileManager.default.removeItem(at: folder)
    }
    let parts = try await context.evaluationParts(names)
    let index = try await CollectionIndex(of: collection, in: folder.path, parts: parts, progress: progress)
    return (collection, try await answers(of: index, to: collection, names))
  }

  private func answers(
    of index: CollectionIndex, to collection: JudgedCollection, _ names: [String]
  ) async throws -> ChannelRuns {
    let result: Result<ChannelRuns, any Error>
    do {
      let channels = index.channels.filter { names.contains($0.name) }
      result = .success(
        try await ChannelRuns(of: collection, channels: channels, depth: depth, limits: index.limits))
    } catch { result = .failure(error) }
    // The search's error is the one to tell.
    try? index.close()
    return try result.get()
  }
}
