import ArgumentParser

/// The command line of the engine: `codeintel`.
@main
struct CodeIntelTool: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "codeintel",
    abstract: "Indexes source code and answers questions about it.",
    discussion: """
      Results go to standard output, everything else to standard error.
      Exit codes: 0 ok, 1 unexpected failure, 64 usage, 69 component unavailable, 70 internal, 74 input/output, \
      75 try again later, 78 configuration, 130 interrupted.
      """,
    version: "0.1.0",
    subcommands: [IndexCommand.self, SearchCommand.self])
}
