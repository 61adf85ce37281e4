import ArgumentParser
import CodeIntel
import Lifespan
import Logging
import RuntimeCells

/// `codeintel runtime prewarm`: makes cells ready here, to see whether and how fast they can be.
struct PrewarmCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prewarm",
    abstract: "Makes cells ready, all that are named even after a failure, and tells how long each took.",
    discussion: "Name cells by flags, or all of them: prewarm all. Exits with 2 when one could not be made ready.")

  @OptionGroup var options: GlobalOptions

  @Argument(help: "The word all, instead of flags.")
  var names: [String] = []

  @Flag(name: .long, help: "The dense index.") var faiss = false
  @Flag(name: .long, help: "The second dense index.") var coderankFaiss = false
  @Flag(name: .long, help: "The late-interaction channel.") var xtr = false
  @Flag(name: .long, help: "The learned sparse channel.") var splade = false
  @Flag(name: .long, help: "The keyword channel.") var bm25 = false
  @Flag(name: .long, help: "The chunk database.") var chunks = false
  @Flag(name: .long, help: "The embedder.") var vllm = false
  @Flag(name: .long, help: "The whole generation set.") var hybrid = false

  /// The cells that were asked for, in the order of the table.
  private var wanted: [String] {
    let flags: [(String, Bool)] = [
      (CellName.embedder, vllm), (CellName.hybrid, hybrid), (CellName.faiss, faiss), (CellName.chunks, chunks),
      (CellName.bm25, bm25), (CellName.codeRankFaiss, coderankFaiss), (CellName.splade, splade), (CellName.xtr, xtr),
    ]
    return flags.filter { $0.1 || !names.isEmpty }.map(\.0)
  }

  func validate() throws {
    if let name = names.first(where: { $0 != "all" }) {
      throw ValidationError("'\(name)' is no argument of prewarm: name cells by flags such as --faiss, or say all.")
    }
    guard !wanted.isEmpty else {
      throw ValidationError("Say what to make ready: all, or flags such as --faiss --vllm.")
    }
  }

  func run() async throws {
    let (options, wanted) = (options, wanted)
    try await CommandRunner.run(options) { context in
      let settings = context.settings.preload
      let plan = PreloadPlan(
        items: wanted.map { .init(name: $0, deadline: settings.deadline) }, maxConcurrency: settings.concurrency,
        footprintBudgetBytes: settings.budgetBytes)
      let progress = options.quiet ? nil : PrewarmProgress(total: wanted.count, terminal: options.diagnostics)
      let preloader = try Preloader(
        plan: plan, targets: context.preloadTargets(), cells: context.registry.iterate(),
        logger: Logger(label: "codeintel", factory: { _ in SwiftLogNoOpLogHandler() }))
      let report = await preloader.run(.attemptAll) { progress?.ended($0) }
      progress?.finish()
      try Task.checkCancellation()
      let page = PrewarmPage(report: report)
      try StandardStreams.out(options.json ? try page.json() : page.text(for: options.output))
      if let failure = page.failure { CommandRunner.tell(failure, options) }
      if !page.isOK { throw NegativeCheck.exit }
    }
  }
}
