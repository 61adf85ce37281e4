import ArgumentParser
import CodeIntel
import CodeIntelServer
import Foundation
import Lifespan
import Logging

/// `codeintel serve`: answers searches over HTTP until it is told to stop.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Answers searches over HTTP, with a dashboard at /.",
    discussion: """
      Listens first, so that probes are answered while cells are preloaded. SIGTERM or Ctrl-C: says not ready, answers what \
      was accepted, closes everything in order; a second one leaves at once. SIGHUP looks for a new index generation. \
      The address is printed on standard output once connections are accepted; the log goes to standard error, as JSON \
      lines unless that is a terminal. OTEL_EXPORTER_OTLP_TRACES_ENDPOINT names a collector for traces.
      """)

  @OptionGroup var options: GlobalOptions

  @Option(name: .long, help: "The address to listen on; anything but loopback is open to the network.")
  var host: String?

  @Option(name: .long, parsing: .unconditional, help: "The port; 0 lets the system choose.")
  var port: Int?

  @Option(
    name: .long, help: "The file with the admin token, at least 16 characters; without it administration is off.",
    completion: .file())
  var adminTokenFile: String?

  func run() async throws {
    let output = options.diagnostics
    do {
      let settings = try settings()
      let server = ServerSettings(settings.serve)
      var telemetry = ServeTelemetry.Options()
      telemetry.logsJSON = !output.isInteractive
      telemetry.isColored = output.usesColour
      telemetry.compatNames = settings.exportsCompatNames
      if options.quiet { telemetry.logLevel = .warning }
      telemetry.traceEndpoint = settings.traceEndpoint
      let program = ServeProgram(
        settings: settings, server: server, telemetry: try ServeTelemetry(telemetry))
      let name = server.host
      try await program.run(signals: await ProcessSignal.trap(), leave: { CommandExit.now($0) }) { port in
        try? StandardStreams.out("listening on http://\(name.contains(":") ? "[\(name)]" : name):\(port)\n")
      }
    } catch {
      let report = ProblemReport(error)
      let page = ProblemPage(report: report)
      StandardStreams.error(options.json ? page.json() : page.text(for: output))
      throw ExitCode(report.exitCode)
    }
  }

  /// Flags before the environment, the configuration file and the defaults.
  private func settings() throws(SettingsError) -> Settings {
    var flags: [String: SettingsValue] = [:]
    if let host { flags["serve.host"] = .text(host) }
    if let adminTokenFile { flags["serve.admin_token_file"] = .text(adminTokenFile) }
    if let port { flags["serve.port"] = .integer(port) }
    return try options.settings(flags, serves: true).settings
  }
}
