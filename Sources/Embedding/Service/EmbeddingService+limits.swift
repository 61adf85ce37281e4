public import CellContract

extension EmbeddingService: LimitReporting {
  /// What keeps the embedder behind the queue from its best, such as an embedding server that is left alone.
  public nonisolated var limits: [String] { (embedder as? any LimitReporting)?.limits ?? [] }
}
