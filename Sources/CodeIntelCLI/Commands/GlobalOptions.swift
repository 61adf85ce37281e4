import ArgumentParser
import CodeIntel
import Foundation

/// Flags that every command understands.
struct GlobalOptions: ParsableArguments {
  @Option(
    name: [.long, .customLong("root")], help: "Folder of the index (default: $CODEINTEL_INDEX, else .codeintel).",
    completion: .directory)
  var index: String?

  @Option(
    name: .long, help: "Folder of the embedding model (default: $CODEINTEL_MODEL_DIR, else the user's cache).",
    completion: .directory)
  var model: String?

  @Option(name: .long, help: "Who embeds texts: inprocess, or http for the server of embedder.url.")
  var embedderTransport: String?

  @Option(
    name: .long, help: "Configuration file in YAML (default: $CODEINTEL_CONFIG, else the user's, if there is one).",
    completion: .file(extensions: ["yaml", "yml"]))
  var config: String?

  @Flag(name: .long, help: "Print one JSON document; errors become problem objects on standard error.")
  var json = false

  @Flag(name: .long, help: "Never write colour.")
  var noColor = false

  @Flag(name: [.short, .long], help: "No progress on standard error.")
  var quiet = false

  func validate() throws {
    for (name, value) in [("--index", index), ("--model", model), ("--config", config)] where value?.isEmpty == true {
      throw ValidationError("\(name) needs a path, got an empty text.")
    }
  }

  /// The settings these flags, the environment, the configuration file and the defaults add up to (flags win).
  ///
  /// - Parameters:
  ///   - flags: those of the command itself, by key.
  ///   - serves: whether a service is to be started.
  /// - Throws: ``SettingsError`` with all faults.
  func settings(
    _ flags: [String: SettingsValue] = [:], environment: [String: String] = ProcessInfo.processInfo.environment,
    serves: Bool = false
  ) throws(SettingsError) -> ResolvedSettings {
    var flags = flags
    if let index { flags["index.path"] = .text(index) }
    if let model { flags["model.dir"] = .text(model) }
    if let embedderTransport { flags["embedder.transport"] = .text(embedderTransport) }
    return try Settings.load(flags: flags, environment: environment, file: config, serves: serves)
  }

  /// Standard output as these flags want it.
  var output: Terminal {
    Terminal(
      descriptor: STDOUT_FILENO, environment: ProcessInfo.processInfo.environment, colourAllowed: !noColor && !json)
  }

  /// Standard error as these flags want it.
  var diagnostics: Terminal {
    Terminal(descriptor: STDERR_FILENO, environment: ProcessInfo.processInfo.environment, colourAllowed: !noColor)
  }
}
