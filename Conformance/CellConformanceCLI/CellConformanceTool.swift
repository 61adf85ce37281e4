import ArgumentParser
import CellConformance

/// `cell-conformance`: the conformance kit from the command line.
@main struct CellConformanceTool: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cell-conformance",
    abstract: "Examines runtime-cell backends by the rules of the cell contract.",
    discussion: """
      Exit codes: 0 conformant, or the part of the rules that was asked for went well; 2 nonconformant; 3 inconclusive, hung, or
      all rules were asked for and the verdict is partial; 4 the kit itself failed; 64 usage.
      """,
    version: ConformanceReport.kitVersion,
    subcommands: [
      List.self, Explain.self, Run.self, SelfTest.self, Verify.self, Matrix.self, Pages.self, Power.self, PlayRule.self,
      PowerRound.self,
    ])
}
