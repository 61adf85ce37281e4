import CodeIntel
import Embedding
import Foundation
import PrometheusMetrics
import Testing

@Suite struct EmbeddingMetricsTests {
  private static let events: [EmbeddingEvent] = [
    .call(outcome: "ok"), .call(outcome: "ok"), .call(outcome: "embedding.overloaded"), .cache(hits: 3, misses: 1),
    .batch(texts: 7, waited: .milliseconds(2), took: .milliseconds(30), outcome: "ok"), .batchSplit(texts: 7),
    .request(took: .milliseconds(20), outcome: "embedding.server-failed"), .retry, .circuit(isOpen: true),
  ]

  private func registry() -> PrometheusRegistry {
    let registry = PrometheusRegistry()
    let metrics = EmbeddingMetrics(factory: PrometheusMetricsFactory(registry: registry))
    for event in Self.events { metrics.observe(event) }
    return registry
  }

  private struct Contract: Decodable {
    struct Metric: Decodable {
      var name: String
      var type: String
      var labels: [String: String]
    }
    var metrics: [Metric]
  }

  @Test func `the metrics are those of the contract, with its types and labels`() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fixtures/contract.json")
    let contract = try JSONDecoder().decode(Contract.self, from: Data(contentsOf: file)).metrics
      .filter { $0.name.hasPrefix("embedding_") }
    let families = registry().snapshot().families.filter { $0.descriptor.name.hasPrefix("embedding_") }
    #expect(Set(families.map(\.descriptor.name)) == Set(contract.map(\.name)))
    for metric in contract {
      let family = try #require(families.first { $0.descriptor.name == metric.name })
      #expect(family.descriptor.kind.rawValue == metric.type, "\(metric.name)")
      for series in family.series { #expect(Set(series.labels.names) == Set(metric.labels.keys), "\(metric.name)") }
    }
  }

  @Test func `events add up`() {
    let text = String(decoding: registry().snapshot().encoded(as: .text004), as: UTF8.self)
    for line in [
      #"embedding_calls_total{outcome="ok"} 2"#, #"embedding_calls_total{outcome="embedding.overloaded"} 1"#,
      #"embedding_cache_total{result="hit"} 3"#, #"embedding_cache_total{result="miss"} 1"#,
      #"embedding_batch_texts_sum 7"#, #"embedding_server_circuit_open 1"#, "embedding_server_retries_total 1",
    ] { #expect(text.contains(line + "\n"), "\(line)") }
  }
}
