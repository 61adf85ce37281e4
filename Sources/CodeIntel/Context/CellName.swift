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
  /// The keyword index of a generation.
  public static let bm25 = "bm25"
  /// The dense index of the second embedding space.
  public static let codeRankFaiss = "coderank_faiss"
  /// The model of the second embedding space, where it is not the first one's.
  public static let codeRankEmbedder = "coderank-embedder"
  /// The learned sparse index.
  public static let splade = "splade"
  /// The model of the learned sparse channel.
  public static let spladeEncoder = "splade-encoder"
  /// The late-interaction channel; making it does no I/O.
  public static let xtr = "xtr"
  /// The opened token index inside ``xtr``.
  public static let xtrRuntime = "xtr-runtime"

  /// The model of the late-interaction channel, where the embedder is a server: servers give out no token vectors.
  public static let tokenEncoder = "xtr-encoder"

  /// Cells and channels of an index generation: what is done to one of them is done to the set.
  public static let ofGeneration = [chunks] + ChannelRow.all.map(\.name) + [xtrRuntime]

  /// Cells that may have a gate of their own: those whose payload somebody uses for the time of a call.
  public static let gated = [embedder, hybrid] + ofGeneration + [codeRankEmbedder, spladeEncoder, tokenEncoder]
}
