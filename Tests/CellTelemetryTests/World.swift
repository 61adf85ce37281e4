import CellContract
import CellTelemetry
import CoreMetrics
import PrometheusMetrics
import RuntimeCells

/// A registry with cell metrics, and cells that are observed.
struct World {
  let registry = PrometheusRegistry()
  let factory: PrometheusMetricsFactory
  let metrics: CellMetricsObserver

  init(compatNames: Bool = false, maxCells: Int = 200) throws {
    factory = PrometheusMetricsFactory(registry: registry)
    try registry.describeCellMetrics(compatNames: compatNames)
    metrics = CellMetricsObserver(factory: factory, compatNames: compatNames, maxCells: maxCells)
  }

  func configuration(_ more: [any CellObserver] = []) -> CellConfiguration {
    CellConfiguration(
      threads: CellThreads(
        loaders: DedicatedThreads(name: "load", count: 1), observers: DedicatedThreads(name: "observe", count: 1)),
      observers: [metrics] + more)
  }

  func count(_ metric: CellMetric, _ labels: String...) -> UInt64? {
    let series = registry.snapshot()[metric.name]?.series.first { $0.labels.values == labels }
    guard case .counter(let whole, _)? = series?.value else { return nil }
    return whole
  }

  func observations(_ metric: CellMetric, _ label: String) -> UInt64? {
    guard case .histogram(let value)? = registry.snapshot().value(metric.name, label) else { return nil }
    return value.count
  }
}

/// Opens once; whoever waits goes on then.
actor Gate {
  private var isOpen = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  func open() {
    isOpen = true
    for continuation in waiting { continuation.resume() }
    waiting = []
  }

  func pass() async {
    if isOpen { return }
    await withCheckedContinuation { waiting.append($0) }
  }
}

struct Broken: Error {
  var secret = "token=hunter2"
}
