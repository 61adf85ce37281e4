import ArgumentParser
import CellConformance

/// `cell-conformance`: the conformance kit from the command line.
@main struct CellConformanceTool: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cell-conformance",
    abstract: "Examines runtime-cell backends by the rules of the cell contract.",
    discussion: """
      Exit codes: 0 conformant; 2 nonconformant; 3 inconclusive, partial or hung; 4 the kit itself failed; 64 usage.
      """,
    version: ConformanceReport.kitVersion,
    subcommands: [
      List.self, Explain.self, Run.self, SelfTest.self, Verify.self, Matrix.self, Pages.self, Power.self, PlayRule.self,
      PowerRound.self,
    ])
}
