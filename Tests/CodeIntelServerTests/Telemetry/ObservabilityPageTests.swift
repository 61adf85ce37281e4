import CellTelemetry
import Foundation
import PrometheusMetrics
import Testing

@testable import CodeIntelServer

/// docs/observability.md against what a service really shows.
@Suite struct ObservabilityPageTests {
  @Test(arguments: [false, true])
  func `every metric of a service is on the page`(compatNames: Bool) throws {
    let page = try String(
      contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("docs/observability.md"),
      encoding: .utf8)
    var options = ServeTelemetry.Options()
    options.compatNames = compatNames
    let telemetry = try ServeTelemetry(options)
    try telemetry.cells.show { [] }
    let families = telemetry.registry.snapshot().families.map(\.descriptor.name)
    let described = ServerMetric.all.map(\.name) + families
    #expect(Set(families).isSuperset(of: ["process_resident_memory_bytes", "embedding_batch_splits_total"]))
    for name in described { #expect(page.contains("`\(name)`"), "docs/observability.md lacks \(name)") }
  }
}
