public import CoreMetrics
public import Embedding

/// What the embedding queue and the server's client do, as metrics; their names are in `docs/contract.md`.
///
/// Pass ``observe(_:)`` as the observer.
public struct EmbeddingMetrics: Sendable {
  private let factory: any MetricsFactory

  /// Metrics in `factory`, for example a `PrometheusMetricsFactory`.
  public init(factory: any MetricsFactory) { self.factory = factory }

  /// Counts one event.
  public func observe(_ event: EmbeddingEvent) {
    switch event {
    case .call(let outcome): count("embedding_calls_total", [("outcome", outcome)])
    case .cache(let hits, let misses):
      count("embedding_cache_total", [("result", "hit")], hits)
      count("embedding_cache_total", [("result", "miss")], misses)
    case .batch(let texts, let waited, let took, let outcome):
      Recorder(label: "embedding_batch_texts", factory: factory).record(texts)
      time("embedding_queue_wait_seconds", [], waited)
      time("embedding_batch_seconds", [("outcome", outcome)], took)
    case .batchSplit: count("embedding_batch_splits_total", [])
    case .request(let took, let outcome): time("embedding_server_request_seconds", [("outcome", outcome)], took)
    case .retry: count("embedding_server_retries_total", [])
    case .circuit(let isOpen): Gauge(label: "embedding_server_circuit_open", factory: factory).record(isOpen ? 1 : 0)
    }
  }

  private func count(_ name: String, _ labels: [(String, String)], _ amount: Int = 1) {
    Counter(label: name, dimensions: labels, factory: factory).increment(by: amount)
  }

  private func time(_ name: String, _ labels: [(String, String)], _ duration: Duration) {
    let nanoseconds = (duration / .nanoseconds(1)).rounded()
    Timer(label: name, dimensions: labels, factory: factory)
      .recordNanoseconds(Int64(min(max(0, nanoseconds), 9e18)))
  }
}
