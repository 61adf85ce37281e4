import ArgumentParser
import CodeIntel

/// `codeintel runtime swap`: has a running service replace a cell's payload.
struct SwapCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "swap",
    abstract: "Has a running service rebuild a cell aside and publish it without a gap.",
    discussion: """
      Needs --url and the admin token. The service allows it only with KGFOUNDRY_ALLOW_RUNTIME_SWAP=1 in its environment. \
      Swapping hybrid publishes the generation that CURRENT names.
      """)

  @OptionGroup var options: GlobalOptions
  @OptionGroup var service: ServiceOptions

  @Argument(help: "The cell.")
  var cell: String = "hybrid"

  @Option(
    name: .long,
    help: "File with the admin token; - reads it from standard input (default: $CODEINTEL_ADMIN_TOKEN_FILE).",
    completion: .file())
  var tokenFile: String?

  @Option(name: .long, help: "Why, for the service's log.")
  var reason: String = "codeintel runtime swap"

  func validate() throws {
    guard service.url != nil else {
      throw ValidationError("swap needs --url: there is nothing to swap in a process that ends with the command.")
    }
    guard !cell.isEmpty, cell.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") })
    else {
      throw ValidationError("'\(cell)' is no name of a cell.")
    }
  }

  func run() async throws {
    let (options, cell, reason) = (options, cell, reason)
    guard let client = try service.client() else { return }
    let tokenFile = tokenFile
    try await CommandRunner.run(options) {
      let file = try tokenFile ?? options.settings().settings.serve.adminTokenFile
      let page = try await client.swap(cell, reason: reason, token: try AdminTokenFile.read(file))
      try StandardStreams.out(options.json ? try page.json() : page.text(for: options.output))
    }
  }
}
