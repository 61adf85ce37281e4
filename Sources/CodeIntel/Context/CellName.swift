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
}
