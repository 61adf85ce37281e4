public import CellContract
public import Embedding
import NIOConcurrencyHelpers
import RuntimeCells

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// An embedder behind an OpenAI-compatible server, vLLM first of all.
///
/// Texts go in requests of bounded size, several at a time. A request that fails for a passing reason is sent again within
/// its deadline; a server that keeps failing is left alone for a while. Vectors come back in the texts' order, of length 1,
/// as from the embedder in this process. No error or log holds the key or a text.
public final class VLLMClient: Embedder, AsyncCloseable {
  /// The model's name on the server.
  public let modelID: String
  /// Components of each vector, as the server's first answer had them.
  public let dimension: Int
  /// The model's limit, where the server tells it; else 512, the most that a BERT-family model has.
  public let maximumTokens: Int

  let link: ServerLink
  private let isClosed = NIOLockedValueBox(false)

  init(_ link: ServerLink, model: ModelList.Model, dimension: Int) {
    self.link = link
    modelID = model.id
    maximumTokens = model.maximumTokens ?? 512
    self.dimension = dimension
  }

  /// Embeds `texts`; see ``Embedder/embed(_:)``.
  ///
  /// - Throws: `EmbeddingError`, or `CancellationError`. One failing request fails the call; the others are cancelled.
  public func embed(_ texts: [String]) async throws -> EmbeddingMatrix {
    try Task.checkCancellation()
    try checkOpen()
    let limits = link.configuration
    let parts = RequestSlices.divide(texts, maxTexts: limits.maxTexts, maxBytes: limits.maxTextBytes)
    var values = [Float](repeating: 0, count: texts.count * dimension)
    try await withThrowingTaskGroup(of: (Range<Int>, [Float]).self) { group in
      var rest = parts[...]
      func startNext() {
        guard let part = rest.popFirst() else { return }
        group.addTask { [self] in
          (part, try await link.vectors(for: Array(texts[part]), model: modelID, dimension: dimension))
        }
      }
      // Only so many at once: other callers' requests find their turn at the gate.
      for _ in 0..<limits.maxConcurrency { startNext() }
      while let (part, vectors) = try await group.next() {
        values.replaceSubrange(part.lowerBound * dimension..<part.upperBound * dimension, with: vectors)
        startNext()
      }
    }
    return EmbeddingMatrix(dimension: dimension, values: values)
  }

  /// Asks the server whether it is well and still serves the model. Embeds nothing.
  ///
  /// - Throws: `EmbeddingError`, or `CancellationError`.
  public func checkConnection() async throws -> ServerStatus {
    try checkOpen()
    return try await link.status(model: modelID)
  }

  /// Ends all connections; calls on their way fail with code `closed`. May be called again.
  public func close() async throws {
    let isFirst = isClosed.withLockedValue { closed in
      defer { closed = true }
      return !closed
    }
    if isFirst { try await link.runner.sender.close() }
  }

  private func checkOpen() throws(EmbeddingError) {
    guard isClosed.withLockedValue({ $0 }) else { return }
    throw EmbeddingError(
      .closed, "the client of the embedding server was closed: make a new one, or close it later")
  }
}
