public import Embedding
public import Indexing
public import Retrieval

/// How the context makes its heavy resources. Each is called by a cell, never directly; tests inject their own.
///
/// All but the embedder's may block: cells run them on threads made for that.
public struct ContextFactories: Sendable {
  /// Loads the embedding model, or connects to the server that has it. Runs in a task, so it must not block.
  public var embedder: @Sendable (_ settings: Settings) async throws -> any Embedder
  /// Finds the generation that `CURRENT` names and checks its files.
  public var currentGeneration: @Sendable (_ settings: Settings) throws -> Generation
  /// Opens the chunk database of a generation for reading.
  public var chunks: @Sendable (_ generation: Generation) throws -> ChunkStore
  /// Opens the dense index of a generation.
  public var faiss: @Sendable (_ generation: Generation) throws -> FaissIndex

  /// Factories of one's own.
  public init(
    embedder: @escaping @Sendable (_ settings: Settings) async throws -> any Embedder,
    currentGeneration: @escaping @Sendable (_ settings: Settings) throws -> Generation,
    chunks: @escaping @Sendable (_ generation: Generation) throws -> ChunkStore,
    faiss: @escaping @Sendable (_ generation: Generation) throws -> FaissIndex
  ) {
    self.embedder = embedder
    self.currentGeneration = currentGeneration
    self.chunks = chunks
    self.faiss = faiss
  }
}
