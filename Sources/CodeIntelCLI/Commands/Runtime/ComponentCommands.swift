import ArgumentParser
import CodeIntel

/// `codeintel runtime faiss-open`: opens the dense index and searches it once.
struct FaissOpenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "faiss-open",
    abstract: "Opens the dense index of the current generation and runs one search for one hit.")

  @OptionGroup var options: GlobalOptions

  func run() async throws { try await ComponentRunner.run(options) { try await $0.checkDenseIndex() } }
}

/// `codeintel runtime xtr-open`: opens the token index and searches it once.
struct XTROpenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "xtr-open",
    abstract: "Opens the late-interaction index and runs one search for one hit.",
    discussion: """
      An index without this channel is no failure: the answer is 'disabled', with exit code 0 and a limit. No index at all \
      is one.
      """)

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await ComponentRunner.run(options) { try await $0.checkTokenIndex() }
  }
}

/// `codeintel runtime vllm-probe`: one batch on the configured embedder.
struct EmbedderProbeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vllm-probe",
    abstract: "Has the configured embedder make one batch of one text.")

  @OptionGroup var options: GlobalOptions

  @Option(
    name: .long, parsing: .unconditional,
    help: "How long the batch may take in milliseconds, loading the model not counted.")
  var budgetMs: Double?

  func validate() throws {
    if let budgetMs, !(budgetMs > 0 && budgetMs.isFinite) {
      throw ValidationError("--budget-ms must be positive, got \(budgetMs).")
    }
  }

  func run() async throws {
    let budget = budgetMs.map { Duration.microseconds(Int64(min($0 * 1000, 1e15))) }
    try await ComponentRunner.run(options) { try await $0.probeEmbedder(budget: budget) }
  }
}

/// What the three have in common: an envelope on standard output either way, and the problem on standard error.
enum ComponentRunner {
  static func run(
    _ options: GlobalOptions, _ check: @escaping @Sendable (ApplicationContext) async throws -> ComponentCheck
  ) async throws {
    try await CommandRunner.run(options) { context in
      let page: CheckPage
      do {
        page = CheckPage(try await check(context))
      } catch is CancellationError {
        throw CancellationError()
      } catch {
        page = CheckPage(CommandRunner.tell(error, options))
      }
      if options.json || page.isOK {
        try StandardStreams.out(options.json ? try page.json() : page.text(for: options.output))
      }
      if !page.isOK { throw NegativeCheck.exit }
    }
  }
}
