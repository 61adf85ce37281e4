import ArgumentParser
import CodeIntel

/// `codeintel runtime validate`: whether index, model and settings fit together.
struct ValidateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Checks that index, model and settings fit together.",
    discussion:
      "The same checks run whenever a generation is opened, before it is published. Exits with 2 on a mismatch.")

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    let options = options
    try await CommandRunner.run(options) { context in
      let report: CompatibilityReport
      do {
        report = try await context.validateRuntimeCompatibility()
      } catch is CancellationError {
        throw CancellationError()
      } catch {
        let page = CheckPage(CommandRunner.tell(error, options))
        if options.json { try StandardStreams.out(try page.json()) }
        throw NegativeCheck.exit
      }
      let page = ValidatePage(report: report)
      try StandardStreams.out(options.json ? try page.json() : page.text(for: options.output))
      if let failure = report.failure {
        CommandRunner.tell(failure, options)
        throw NegativeCheck.exit
      }
    }
  }
}
