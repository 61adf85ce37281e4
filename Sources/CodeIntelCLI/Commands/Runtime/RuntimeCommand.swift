import ArgumentParser

/// `codeintel runtime …`: what an operator does with the engine's cells.
struct RuntimeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runtime",
    abstract: "Looks at the engine's cells, warms them, checks their artifacts, swaps them.",
    discussion: """
      Each command exits with 0 when what it checked is good and with 2 when it is not; then the problem is told on \
      standard error. The JSON of each is described by a schema in Fixtures/schema.
      """,
    subcommands: [
      StatusCommand.self, PrewarmCommand.self, FaissOpenCommand.self, XTROpenCommand.self, EmbedderProbeCommand.self,
      SwapCommand.self, ValidateCommand.self,
    ])
}
