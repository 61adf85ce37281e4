public import Embedding
public import Indexing
public import Retrieval

/// How the context makes its heavy resources. Each is called by a cell, never directly; tests inject their own.
///
/// All but the embedder's may block: cells run them on threads made for that.
public struct ContextFactories: Sendable {
  /// Loads the embedding model, or connects to the server that has it. Runs in a task, so it must not block.
  public var embedder: @Sendable (_ settings: Settings) async throws -> any Embedder
  /// Loads the model of the second dense space; called only where the settings name one of its own. As ``embedder``.
  public var codeRankEmbedder: @Sendable (_ settings: Settings) async throws -> any Embedder
  /// Loads the model that makes token vectors; called only where the embedder is a server. As ``embedder``.
  public var tokenEmbedder: @Sendable (_ settings: Settings) async throws -> any Embedder
  /// Loads the learned sparse model. Runs in a task, so it must not block.
  public var spladeEncoder: @Sendable (_ settings: Settings) async throws -> any SparseEncoder
  /// Finds the generation that `CURRENT` names and checks its files.
  public var currentGeneration: @Sendable (_ settings: Settings) throws -> Generation
  /// Opens the chunk database of a generation for reading.
  public var chunks: @Sendable (_ generation: Generation) throws -> ChunkStore
  /// Opens the dense index of a generation.
  public var faiss: @Sendable (_ generation: Generation) throws -> DenseIndex
  /// Opens the index of the second dense space.
  public var codeRankFaiss: @Sendable (_ generation: Generation) throws -> DenseIndex
  /// Opens the keyword index of a generation.
  public var bm25: @Sendable (_ generation: Generation) throws -> BM25Index
  /// Opens the learned sparse index of a generation.
  public var splade: @Sendable (_ generation: Generation) throws -> SpladeIndex
  /// Opens the token index of a generation.
  public var xtr: @Sendable (_ generation: Generation) throws -> XTRIndex

  /// Factories of one's own.
  public init(
    embedder: @escaping @Sendable (_ settings: Settings) async throws -> any Embedder,
    codeRankEmbedder: @escaping @Sendable (_ settings: Settings) async throws -> any Embedder,
    tokenEmbedder: @escaping @Sendable (_ settings: Settings) async throws -> any Embedder,
    spladeEncoder: @escaping @Sendable (_ settings: Settings) async throws -> any SparseEncoder,
    currentGeneration: @escaping @Sendable (_ settings: Settings) throws -> Generation,
    chunks: @escaping @Sendable (_ generation: Generation) throws -> ChunkStore,
    faiss: @escaping @Sendable (_ generation: Generation) throws -> DenseIndex,
    codeRankFaiss: @escaping @Sendable (_ generation: Generation) throws -> DenseIndex,
    bm25: @escaping @Sendable (_ generation: Generation) throws -> BM25Index,
    splade: @escaping @Sendable (_ generation: Generation) throws -> SpladeIndex,
    xtr: @escaping @Sendable (_ generation: Generation) throws -> XTRIndex
  ) {
    self.embedder = embedder
    self.codeRankEmbedder = codeRankEmbedder
    self.tokenEmbedder = tokenEmbedder
    self.spladeEncoder = spladeEncoder
    self.currentGeneration = currentGeneration
    self.chunks = chunks
    self.faiss = faiss
    self.codeRankFaiss = codeRankFaiss
    self.bm25 = bm25
    self.splade = splade
    self.xtr = xtr
  }
}
