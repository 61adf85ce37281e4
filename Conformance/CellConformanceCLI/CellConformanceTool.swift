import ArgumentParser

/// `cell-conformance`: the conformance kit from the command line.
@main struct CellConformanceTool: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cell-conformance",
    abstract: "Examines runtime-cell backends by the rules of the cell contract.",
    discussion: """
      Exit codes: 0 conformant; 2 nonconformant; 3 inconclusive, partial or hung; 4 the kit itself failed; 64 usage.
      """,
    version: "0.1.0",
    subcommands: [List.self, Explain.self, Run.self, SelfTest.self, Verify.self, Pages.self, Power.self])
}

/// How the tool ends.
enum Ending {
  static let nonconformant = ExitCode(2)
  static let inconclusive = ExitCode(3)
  static let kitFailed = ExitCode(4)
}
