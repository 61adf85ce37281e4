import ArgumentParser
import CodeIntel
import ProblemDetails

/// Runs a command's work and turns whatever it throws into one problem and its exit code.
enum CommandRunner {
  static func run(
    _ options: GlobalOptions, _ work: @escaping @Sendable (ApplicationContext) async throws -> Void
  ) async throws {
    do {
      let settings = options.settings()
      let embedder = try options.embedder()
      try await Interruptible.run {
        let context = try ApplicationContext(settings: settings, factories: .live(embedder: embedder))
        let result: Result<Void, any Error>
        do { result = .success(try await work(context)) } catch { result = .failure(error) }
        // Cells are closed in order whatever happened; the command's own error is the one worth telling.
        let closing: Result<Void, any Error>
        do { closing = .success(try await context.shutdown()) } catch { closing = .failure(error) }
        try result.get()
        try closing.get()
      }
    } catch let code as ExitCode {
      throw code
    } catch {
      let report = ProblemReport(error)
      let page = ProblemPage(report: report)
      StandardStreams.error(options.json ? page.json() : page.text(for: options.diagnostics))
      throw ExitCode(report.exitCode)
    }
  }
}
