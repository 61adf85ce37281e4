public import Embedding
import RuntimeCells
import VLLMTransport

extension ContextFactories {
  /// The real things, with an observer of the embedding queue and the server's client; ``EmbeddingMetrics/observe(_:)`` is
  /// one.
  public static func live(observer: @escaping EmbeddingObserver) -> ContextFactories {
    var factories = live
    factories.embedder = { try await make($0, observer) }
    return factories
  }

  /// The embedder that the settings name, behind its queue.
  static func make(
    _ settings: Settings, _ observer: EmbeddingObserver?
  ) async throws -> any Embedder {
    let embedder: any Embedder
    switch settings.embedder.transport {
    case .inProcess: return try await inProcess(settings.modelFolder, settings, observer)
    case .http(let server): embedder = try await VLLMClient.connect(server, observer: observer)
    }
    return try EmbeddingService(embedder, limits: settings.embedder.queue, observer: observer)
  }

  /// The model in `folder`, computed here, behind a queue.
  static func inProcess(
    _ folder: String, _ settings: Settings, _ observer: EmbeddingObserver?
  ) async throws -> any Embedder {
    // Reading a model blocks: not on a thread of the cooperative pool.
    let loader = DedicatedThreads(name: "load", count: 1)
    defer { loader.stop() }
    let embedder = try await loader.run {
      try TransformerEmbedder(
        modelFolder: folder, threads: settings.computeThreads, precision: settings.embedder.precision)
    }
    return try EmbeddingService(embedder, limits: settings.embedder.queue, observer: observer)
  }
}
