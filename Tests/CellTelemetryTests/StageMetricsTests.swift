import CellTelemetry
import Foundation
import PrometheusMetrics
import Testing

@Suite("Stages of searches")
struct StageMetricsTests {
  private func histogram(_ registry: PrometheusRegistry, _ name: String, _ stage: String) -> HistogramValue? {
    guard case .histogram(let value)? = registry.snapshot().value(name, stage) else { return nil }
    return value
  }

  @Test("Times and candidates are counted by stage, nonsense is left out")
  func stages() throws {
    let registry = PrometheusRegistry()
    try registry.describeStageMetrics()
    let stages = StageMetrics(factory: PrometheusMetricsFactory(registry: registry))
    stages.record("fusion", milliseconds: 1.5, candidates: 100)
    stages.record("fusion", milliseconds: 2.5, candidates: 50)
    stages.record("hydration", milliseconds: 40, candidates: 10)
    for nonsense in [-1, .nan, .infinity, 1e300] { stages.record("fusion", milliseconds: nonsense, candidates: -5) }
    let time = try #require(histogram(registry, "retrieval_stage_seconds", "fusion"))
    #expect(time.count == 2 && time.sum == 0.004)
    #expect(histogram(registry, "retrieval_stage_seconds", "hydration")?.sum == 0.04)
    #expect(histogram(registry, "retrieval_stage_candidates", "fusion")?.sum == 150)
    #expect(registry.snapshot()["retrieval_stage_seconds"]?.descriptor.help == StageMetrics.seconds.help)
  }

  @Test("Stages beyond the limit share one label value")
  func bounded() {
    let registry = PrometheusRegistry()
    let stages = StageMetrics(factory: PrometheusMetricsFactory(registry: registry), maxStages: 2)
    for number in 0..<5 { stages.record("s\(number)", milliseconds: 1, candidates: 1) }
    #expect(histogram(registry, "retrieval_stage_seconds", "s1")?.count == 1)
    #expect(histogram(registry, "retrieval_stage_seconds", "_other")?.count == 3)
  }

  @Test("Names, labels and help are those of the contract")
  func contract() throws {
    struct Contract: Decodable {
      struct Metric: Decodable {
        let name, type, help: String
        let labels: [String: String]
      }
      let metrics: [Metric]
    }
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let contract = try JSONDecoder().decode(
      Contract.self, from: Data(contentsOf: root.appendingPathComponent("Fixtures/contract.json")))
    for metric in [StageMetrics.seconds, StageMetrics.candidates] {
      let entry = try #require(contract.metrics.first { $0.name == metric.name })
      #expect(entry.type == metric.kind.rawValue && entry.help == metric.help)
      #expect(Array(entry.labels.keys) == metric.labelNames)
    }
  }
}
