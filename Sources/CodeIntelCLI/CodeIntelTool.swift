import ArgumentParser
import CodeIntel

/// The command line of the engine: `codeintel`.
@main
struct CodeIntelTool: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "codeintel",
    abstract: "Indexes source code and answers questions about it.",
    discussion: """
      Results go to standard output, everything else to standard error.
      Exit codes: 0 ok, 1 unexpected failure, 2 a check came out negative, 64 usage, 69 component unavailable, \
      70 internal, 74 input/output, 75 try again later, 78 configuration, 130 and 143 interrupted.
      """,
    version: "0.1.0",
    subcommands: [
      IndexCommand.self, SearchCommand.self, ServeCommand.self, EvalCommand.self, TuneCommand.self,
      RuntimeCommand.self, ConfigCommand.self,
    ])

  /// Runs the command line. Wrong usage is a problem object too when `--json` was asked for.
  static func main() async {
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      let isUsage = exitCode(for: error) == .validationFailure && !(error is ExitCode)
      guard isUsage, CommandLine.arguments.contains("--json") else { exit(withError: error) }
      StandardStreams.error(ProblemPage(report: ProblemReport(UsageError(message: message(for: error)))).json())
      exit(withError: ExitCode.validationFailure)
    }
  }
}
