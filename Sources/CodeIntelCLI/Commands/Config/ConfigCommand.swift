import ArgumentParser
import CodeIntel

/// `codeintel config …`: what the settings are.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Shows the settings.", subcommands: [ConfigShowCommand.self])
}

/// `codeintel config show`: every setting, and with `--origin` where each value comes from.
struct ConfigShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Shows every setting as the engine would use it.",
    discussion: """
      Flags win over environment variables, those over the configuration file, that over defaults. Malformed values and \
      unknown names are all told at once, with exit code 78. Secrets stand in files of their own and are never shown.
      """)

  @OptionGroup var options: GlobalOptions

  @Flag(name: .long, help: "Tell where each value comes from.")
  var origin = false

  func run() async throws {
    let (options, origin) = (options, origin)
    try await CommandRunner.run(options) {
      let page = ConfigPage(resolved: try options.settings(), showsOrigin: origin)
      try StandardStreams.out(options.json ? try page.json() : page.text(for: options.output))
    }
  }
}
