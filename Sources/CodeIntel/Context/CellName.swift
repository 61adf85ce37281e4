/// The names of the engine's cells: labels of their metrics and keys of the registry (design section 5).
public enum CellName {
  /// The embedder, on whatever transport.
  public static let embedder = "vllm"
  /// One index generation as a set: its chunk store, its channels, its pipeline.
  public static let hybrid = "hybrid"
  /// The chunk database of a generation.
  public static let chunks = "chunks"
  /// The dense index of a generation.
  public static let faiss = "faiss"
  /// The full-text index of a generation; it lives in the chunk database.
  public static let bm25 = "bm25"
  /// The dense index of the second embedding space. Not built yet.
  public static let codeRankFaiss = "coderank_faiss"
  /// The learned sparse index. Not built yet.
  public static let splade = "splade"
  /// The late-interaction channel. Not built yet.
  public static let xtr = "xtr"

  /// Cells whose channels are not built yet: named in settings and commands they are a limit, no failure.
  public static let notBuilt = [codeRankFaiss, splade, xtr]
}
