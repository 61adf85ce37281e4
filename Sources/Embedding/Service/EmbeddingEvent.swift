/// What an ``EmbeddingService`` or a server's client did, for metrics. The names of the metrics are in `docs/contract.md`.
///
/// Outcomes are `ok`, `cancelled`, or the code of an `EmbeddingError`: a small fixed set, fit for a label.
public enum EmbeddingEvent: Sendable, Hashable {
  /// A call ended.
  case call(outcome: String)
  /// Texts of a call were looked up in the cache.
  case cache(hits: Int, misses: Int)
  /// The embedder worked on a batch; `waited` is the queueing time of its oldest text.
  case batch(texts: Int, waited: Duration, took: Duration, outcome: String)
  /// A failed batch is tried again text by text.
  case batchSplit(texts: Int)
  /// An HTTP request to the server ended.
  case request(took: Duration, outcome: String)
  /// A request is going to be sent again, after a pause.
  case retry
  /// The circuit breaker opened or closed.
  case circuit(isOpen: Bool)

  /// The outcome of an error.
  public static func outcome(_ error: any Error) -> String {
    if error is CancellationError { return "cancelled" }
    return (error as? EmbeddingError)?.code.rawValue ?? "other"
  }
}

/// Is told of each event; must return soon and may be called from any thread.
public typealias EmbeddingObserver = @Sendable (EmbeddingEvent) -> Void
