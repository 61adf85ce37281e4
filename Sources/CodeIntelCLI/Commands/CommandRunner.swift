import ArgumentParser
import CodeIntel
import ProblemDetails

/// Runs a command's work and turns whatever it throws into one problem and its exit code.
enum CommandRunner {
  /// Runs work that needs no engine.
  static func run(_ options: GlobalOptions, _ work: @escaping @Sendable () async throws -> Void) async throws {
    do {
      try await Interruptible.run(work)
    } catch let code as ExitCode {
      throw code
    } catch {
      throw ExitCode(tell(error, options).exitCode)
    }
  }

  /// Writes an error to standard error, as a problem object or as text.
  ///
  /// - Parameter line: the line of standard input that is at fault, if one is.
  @discardableResult
  static func tell(_ error: any Error, _ options: GlobalOptions, line: Int? = nil) -> ProblemReport {
    var report = (error as? RemoteProblem).map { ProblemReport($0.problem) } ?? ProblemReport(error)
    if let line {
      var problem = report.problem
      problem.extensions["line"] = .integer(Int64(line))
      problem.detail = "Line \(line): \(problem.detail ?? "")"
      report = ProblemReport(problem)
    }
    let page = ProblemPage(report: report)
    StandardStreams.error(options.json ? page.json() : page.text(for: options.diagnostics))
    return report
  }

  /// Runs work on an engine of its own, which is closed in order afterwards.
  ///
  /// - Parameter flags: settings that the command's own flags give, by key.
  static func run(
    _ options: GlobalOptions, _ flags: [String: SettingsValue] = [:],
    _ work: @escaping @Sendable (ApplicationContext) async throws -> Void
  ) async throws {
    do {
      let settings = try options.settings(flags).settings
      try await Interruptible.run {
        let context = try ApplicationContext(settings: settings)
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
      throw ExitCode(tell(error, options).exitCode)
    }
  }
}
