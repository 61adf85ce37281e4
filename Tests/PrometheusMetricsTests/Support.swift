import CoreMetrics

@testable import PrometheusMetrics

/// A registry, its factory, and the conflicts it told of.
struct Bench {
  let registry: PrometheusRegistry
  let factory: PrometheusMetricsFactory
  let conflicts = Locked<[RegistrationConflict]>([])

  init(_ adjust: (inout PrometheusRegistry.Configuration) -> Void = { _ in }) {
    var configuration = PrometheusRegistry.Configuration()
    adjust(&configuration)
    configuration.onConflict = { [conflicts] conflict in conflicts.withLock { $0.append(conflict) } }
    registry = PrometheusRegistry(configuration: configuration)
    factory = PrometheusMetricsFactory(registry: registry)
  }

  func counter(_ label: String, _ dimensions: [(String, String)] = []) -> Counter {
    Counter(label: label, dimensions: dimensions, factory: factory)
  }

  func meter(_ label: String, _ dimensions: [(String, String)] = []) -> Meter {
    Meter(label: label, dimensions: dimensions, factory: factory)
  }

  func recorder(_ label: String, _ dimensions: [(String, String)] = [], aggregate: Bool = true) -> Recorder {
    Recorder(label: label, dimensions: dimensions, aggregate: aggregate, factory: factory)
  }

  func timer(_ label: String, _ dimensions: [(String, String)] = []) -> Timer {
    Timer(label: label, dimensions: dimensions, factory: factory)
  }

  var reasons: [RegistrationConflict.Reason] { conflicts.withLock { $0.map(\.reason) } }

  /// The exposition without the registry's own metrics.
  func text(_ format: ExpositionFormat = .text004) -> String {
    let families = registry.snapshot().families.filter { !$0.descriptor.name.hasPrefix("metrics_registry_") }
    return String(decoding: MetricsSnapshot(families: families).encoded(as: format), as: UTF8.self)
  }
}
