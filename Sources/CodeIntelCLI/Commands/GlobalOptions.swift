import ArgumentParser
import CodeIntel
import Embedding
import Foundation

/// Flags that every command understands.
struct GlobalOptions: ParsableArguments {
  @Option(
    name: .long, help: "Folder of the index (default: $CODEINTEL_INDEX, else .codeintel).", completion: .directory)
  var index: String?

  @Option(
    name: .long, help: "Folder of the embedding model (default: $CODEINTEL_MODEL_DIR, else the user's cache).",
    completion: .directory)
  var model: String?

  @Flag(name: .long, help: "Print one JSON document; errors become problem objects on standard error.")
  var json = false

  @Flag(name: .long, help: "Never write colour.")
  var noColor = false

  @Flag(name: [.short, .long], help: "No progress on standard error.")
  var quiet = false

  func validate() throws {
    for (name, value) in [("--index", index), ("--model", model)] where value?.isEmpty == true {
      throw ValidationError("\(name) needs the path of a folder, got an empty text.")
    }
  }

  /// The settings these flags, the environment and the defaults add up to (flags win).
  func settings(environment: [String: String] = ProcessInfo.processInfo.environment) -> Settings {
    Settings(environment: environment, indexPath: index, modelFolder: model)
  }

  /// Where texts are embedded, by the environment.
  func embedder(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(EmbeddingError) -> EmbedderSettings { try EmbedderSettings(environment: environment) }

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
