import Embedding
import RuntimeCells
public import VLLMTransport

extension ApplicationContext {
  /// Asks the embedding server whether it is well and still has the model, connecting first if need be; nil when texts are
  /// embedded in this process. Warms the cell `vllm` up over HTTP.
  ///
  /// - Throws: `EmbeddingError`; `CellError` around what connecting threw; `CancellationError`.
  public func checkEmbedderConnection() async throws -> ServerStatus? {
    try await embedder.withValue { try await Self.client(of: $0)?.checkConnection() }
  }

  static func client(of embedder: any Embedder) -> VLLMClient? {
    ((embedder as? EmbeddingService)?.embedder ?? embedder) as? VLLMClient
  }
}
