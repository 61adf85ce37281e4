import CellContract
public import Embedding
import RuntimeCells
public import VLLMTransport

extension ApplicationContext {
  /// Embeds one word on the configured transport, loading the model or connecting first if need be
  /// (`codeintel runtime vllm-probe`).
  ///
  /// - Parameter budget: the longest that the batch may take; loading and connecting are not counted.
  /// - Throws: `CancellationError` only; every other failure is in the report.
  public func probeEmbedder(budget: Duration? = nil) async throws -> EmbedderProbe.Report {
    do {
      return try await embedder.withValue { embedder in
        var limits: [String] = []
        if let client = Self.client(of: embedder), try await client.checkConnection().isHealthy == nil {
          limits.append("vllm: the server has no /health, so only its models and a batch tell that it is well")
        }
        return try await EmbedderProbe.run(embedder, budget: budget, limits: limits)
      }
    } catch is CancellationError {
      throw CancellationError()
    } catch let error as CellError where error.code == .initializationFailed {
      return EmbedderProbe.Report(failed: error.underlying ?? error)
    } catch {
      return EmbedderProbe.Report(failed: error)
    }
  }

  /// Asks the embedding server whether it is well and still has the model, connecting first if need be; nil when texts are
  /// embedded in this process. Warms the cell `vllm` up over HTTP.
  ///
  /// - Throws: `EmbeddingError`; `CellError` around what connecting threw; `CancellationError`.
  public func checkEmbedderConnection() async throws -> ServerStatus? {
    try await embedder.withValue { try await Self.client(of: $0)?.checkConnection() }
  }

  private static func client(of embedder: any Embedder) -> VLLMClient? {
    ((embedder as? EmbeddingService)?.embedder ?? embedder) as? VLLMClient
  }
}
