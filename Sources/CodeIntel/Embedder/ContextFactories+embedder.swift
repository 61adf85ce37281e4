public import Embedding
import RuntimeCells
import VLLMTransport

extension ContextFactories {
  /// The real things, with texts embedded as `embedder` says.
  ///
  /// - Parameters:
  ///   - embedder: which transport, and how texts are gathered.
  ///   - observer: is told what queue and client do; ``EmbeddingMetrics/observe(_:)`` is one.
  public static func live(
    embedder: EmbedderSettings, observer: EmbeddingObserver? = nil
  ) -> ContextFactories {
    var factories = live
    factories.embedder = { settings in try await make(embedder, settings, observer) }
    return factories
  }

  static func make(
    _ choice: EmbedderSettings, _ settings: Settings, _ observer: EmbeddingObserver?
  ) async throws -> any Embedder {
    let embedder: any Embedder
    switch choice.transport {
    case .inProcess:
      // Reading a model blocks: not on a thread of the cooperative pool.
      let loader = DedicatedThreads(name: "load", count: 1)
      defer { loader.stop() }
      embedder = try await loader.run {
        try TransformerEmbedder(modelFolder: settings.modelFolder, threads: settings.computeThreads)
      }
    case .http(let server): embedder = try await VLLMClient.connect(server, observer: observer)
    }
    return try EmbeddingService(embedder, limits: choice.queue, observer: observer)
  }
}
