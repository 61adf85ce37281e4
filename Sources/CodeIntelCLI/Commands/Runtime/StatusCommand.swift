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
      service is asked. Exits with 2 when it is not ready. A channel that not every index has may be broken, unless it is to \
      be preloaded.
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
      // All are tried whatever becomes of the others; the table tells what failed.
      let wanted = try context.preloadPlan().required.union([CellName.embedder, CellName.hybrid])
      for target in context.preloadTargets() where wanted.contains(target.name) && target.disabledReason == nil {
        do { try await target.warm() } catch is CancellationError { throw CancellationError() } catch {}
      }
      try Self.show(StatusPage(context), options)
    }
  }

  private static func show(_ page: StatusPage, _ options: GlobalOptions) throws {
    try StandardStreams.out(options.json ? try page.json() : page.text(for: options.output))
    if let failure = page.failure {
      CommandRunner.tell(failure, options)
      throw NegativeCheck.exit
    }
  }
}
