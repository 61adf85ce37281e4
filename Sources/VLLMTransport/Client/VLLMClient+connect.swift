public import Embedding
import NIOConcurrencyHelpers
public import RuntimeCells

extension VLLMClient {
  /// Connects: reads the key, asks for the models, and embeds one word to learn the dimension.
  ///
  /// - Parameters:
  ///   - configuration: which server, and how patiently.
  ///   - clock: measures pauses and time limits.
  ///   - observer: is told of requests, retries and the circuit.
  /// - Throws: `EmbeddingError`: `invalidSetting`, `keyUnusable`, `modelNotServed`, `dimensionMismatch`, or why the server
  ///   could not be asked; `CancellationError`.
  public static func connect(
    _ configuration: VLLMConfiguration, clock: CellClock = .continuous, observer: EmbeddingObserver? = nil
  ) async throws -> VLLMClient {
    let endpoint = try configuration.validated()
    let sender = try NetworkSender(configuration)
    let runner = CallRunner(configuration, sender: sender, clock: clock, observer: observer)
    return try await connect(configuration, endpoint, runner, clock)
  }

  static func connect(
    _ configuration: VLLMConfiguration, _ endpoint: Endpoint, _ runner: CallRunner, _ clock: CellClock
  ) async throws -> VLLMClient {
    do {
      let key: APIKey? = if let path = configuration.apiKeyFile { try await APIKey.read(path) } else { nil }
      let link = ServerLink(
        configuration: configuration, endpoint: endpoint, runner: runner, clock: clock, key: NIOLockedValueBox(key))
      let model = try await link.models().choose(configuration.model)
      let probe = try await link.vectors(for: ["warmup"], model: model.id, dimension: configuration.dimension)
      return VLLMClient(link, model: model, dimension: probe.count)
    } catch {
      // The first error is the one to tell; connections that do not close cleanly change nothing.
      try? await runner.sender.close()
      throw error
    }
  }
}
