import ArgumentParser
import CodeIntel
import Lifespan

/// `codeintel runtime status`: the cells table, of an index or of a running service.
struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Shows every cell: state, generation, last initialisation, limits.",
    discussion: """
      Without --url the index and the model are opened here, which tells whether a service could. With --url a running \
      service is asked. Exits with 2 when it is not ready.
      """)

  @OptionGroup var options: GlobalOptions
  @OptionGroup var service: ServiceOptions

  func run() async throws {
    let options = options
    if let client = try service.client() {
      return try await CommandRunner.run(options) {
        let report = try await client.readiness()
        try Self.show(StatusPage(report), options)
      }
    }
    try await CommandRunner.run(options) { context in
      // Both are tried whatever becomes of the other; the table tells what failed.
      for target in context.preloadTargets() where ["vllm", "hybrid"].contains(target.name) {
        do { try await target.warm() } catch is CancellationError { throw CancellationError() } catch {}
      }
      try Self.show(StatusPage(context), options)
    }
  }

  private static func show(_ page: StatusPage, _ options: GlobalOptions) throws {
    try StandardStreams.out(options.json ? try page.json() : page.text(for: options.output))
    if !page.isOK { throw NegativeCheck.exit }
  }
}
