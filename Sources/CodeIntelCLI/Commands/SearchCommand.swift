import ArgumentParser
import CodeIntel
import Foundation
import Retrieval

/// `codeintel search "<question>"`: answers from the current generation of the index.
struct SearchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Finds the code that answers a question.",
    discussion: """
      Dense and keyword channels run side by side and are fused by weighted reciprocal ranks, or with --fusion relative by \
      weighted normalised scores; --explain shows what each \
      one contributed to every hit. Filters (--path, --language, --kind, --exclude-path) may each be given several times: \
      one of each of the first three must fit, and no excluded path; they count before --limit, so a narrow filter still fills the page. A question that begins with a dash goes after --. The question - reads one question \
      a line from standard input; with --json each answer is then one line.
      """)

  @OptionGroup var options: GlobalOptions

  @Argument(help: "The question, in words or identifiers; - reads questions from standard input.")
  var query: String

  @Option(name: .shortAndLong, parsing: .unconditional, help: "How many hits to return (1 to 1000).")
  var limit: Int = 10

  @Option(
    name: .long, parsing: .unconditional,
    help: "How many of the best hits to pass over first (0 to 10000; with --limit at most 10000).")
  var offset: Int = 0

  @Option(
    name: .long,
    help: "The channels to ask, comma-separated: \(ChannelNames.known) (default: all with a weight).")
  var channels: String?

  @Option(
    name: .long, help: "How the channels' lists are fused: rrf (ranks) or relative (scores) (default: the setting's).")
  var fusion: FusionMethod?

  @OptionGroup var numbers: FusionOptions

  @OptionGroup var filter: FilterOptions

  @Option(
    name: .long, parsing: .unconditional,
    help:
      "How long a search may take in milliseconds (1 to 3600000), opening the index included; late channels are left out."
  )
  var deadline: Int?

  @Flag(name: .long, help: "Show ranks, raw scores and contributions per channel, and the stages' durations.")
  var explain = false

  func validate() throws {
    _ = try ChannelNames.parse(channels)
    _ = try filter.parsed()
    guard (1...1000).contains(limit) else { throw ValidationError("--limit must be from 1 to 1000, got \(limit).") }
    guard (0...10_000).contains(offset) else {
      throw ValidationError("--offset must be from 0 to 10000, got \(offset).")
    }
    guard limit + offset <= FusionSettings.maximumWindow else {
      throw ValidationError(
        "--offset and --limit together must be at most \(FusionSettings.maximumWindow), got \(offset + limit).")
    }
    if let deadline, !(1...3_600_000).contains(deadline) {
      throw ValidationError("--deadline must be from 1 to 3600000 milliseconds, got \(deadline).")
    }
  }

  func run() async throws {
    let (options, explain, limit, offset) = (options, explain, limit, offset)
    let (query, isStream, channels) = (query, query == "-", try ChannelNames.parse(channels).map(Set.init))
    let (fusion, filter) = (fusion, try filter.parsed())
    let (k, weights, deadline) = (numbers.k, try numbers.parsedWeights(), deadline.map { Duration.milliseconds($0) })
    try await CommandRunner.run(options) { context in
      func answer(_ question: String, line: Int? = nil) async throws {
        let response = try await context.search(
          SearchRequest(
            query: question, limit: limit, offset: offset, channels: channels, weights: weights, k: k, fusion: fusion,
            filter: filter, deadline: deadline, matchesTokens: explain))
        let page = SearchPage(response: response, explain: explain)
        if let line, !options.json {
          try StandardStreams.out(
            options.output.styled("Line \(line): \(Terminal.printable(question))", .bold) + "\n")
        }
        try StandardStreams.out(options.json ? try page.json(isLine: isStream) : page.text(for: options.output))
      }
      guard isStream else { return try await answer(query) }
      // A question that cannot be answered stops no other one; the first such decides the exit code.
      var failure: ProblemReport?
      var line = 0
      for await question in StandardStreams.lines() {
        line += 1
        do { try await answer(question, line: line) } catch let error as RetrievalError {
          let report = CommandRunner.tell(error, options, line: line)
          failure = failure ?? report
        }
      }
      if let failure { throw ExitCode(failure.exitCode) }
    }
  }
}
