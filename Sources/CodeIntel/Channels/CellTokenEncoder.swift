import CellContract
import Embedding
import Retrieval
import RuntimeCells

/// The token encoder of the model in a cell, for builders: it borrows the cell for each call, so that nothing is leased for
/// the whole of an indexing run, and refuses to go on with another model.
struct CellTokenEncoder: TokenEncoder {
  let modelID: String
  let dimension: Int
  let maximumTokens: Int
  private let cell: RuntimeCell<any Embedder>

  /// Makes the cell ready and remembers what it holds.
  init(_ cell: RuntimeCell<any Embedder>) async throws {
    self.cell = cell
    (modelID, dimension, maximumTokens) = try await Self.lend(cell) { ($0.modelID, $0.dimension, $0.maximumTokens) }
  }

  func encodeTokens(_ texts: [String]) async throws -> [TokenVectors] {
    try await Self.lend(cell) { encoder in
      guard encoder.modelID == modelID else {
        throw RetrievalError(
          .modelMismatch, "The model was replaced while token vectors were made: index again.", expected: modelID,
          actual: encoder.modelID)
      }
      return try await encoder.encodeTokens(texts)
    }
  }

  func tokens(of text: String) -> [String] {
    let tokens: [String]?? = cell.withValueIfReady { $0.tokenEncoder?.tokens(of: text) }
    return (tokens ?? nil) ?? []
  }

  func exceedsLimit(_ text: String) -> Bool {
    let exceeds: Bool?? = cell.withValueIfReady { $0.tokenEncoder?.exceedsLimit(text) }
    return (exceeds ?? nil) ?? false
  }

  /// Lends the token encoder of the model in `cell`.
  ///
  /// - Throws: ``RetrievalError`` with `tokensUnavailable` when the model gives out sentences only, as a server does; what
  ///   loading threw, without the cell around it: it becomes a limit that people read.
  static func lend<R>(
    _ cell: RuntimeCell<any Embedder>, _ body: (any TokenEncoder) async throws -> R
  ) async throws -> R {
    do {
      return try await cell.withValue { embedder in
        guard let encoder = embedder.tokenEncoder else {
          throw RetrievalError(
            .tokensUnavailable,
            "The model \(embedder.modelID) gives out one vector a text, no token vectors: embed in this process for xtr."
          )
        }
        return try await body(encoder)
      }
    } catch let error as CellError where error.code == .initializationFailed {
      throw error.underlying ?? error
    }
  }
}
