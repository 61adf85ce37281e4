public import CellContract
public import CoreMetrics
import PrometheusMetrics
import Tracing

/// Counts what cells do, in the metrics of S20, through any swift-metrics factory.
///
/// Nothing is dropped: an event is counted before the observer returns, which takes additions to atomics only. What a
/// cell *is* (ready, leases, waiters) is read at scrape time by a ``CellSnapshotCollector``.
///
/// ```swift
/// try registry.describeCellMetrics()
/// let metrics = CellMetricsObserver(factory: PrometheusMetricsFactory(registry: registry))
/// let cell = RuntimeCell(name: "faiss", configuration: CellConfiguration(observers: [metrics])) { try load() }
/// ```
public final class CellMetricsObserver: CellObserver {
  private let factory: any MetricsFactory
  private let compatNames: Bool
  private let labels: CellLabels
  private let handles = Locked<[String: CellHandles]>([:])

  /// An observer for any number of cells.
  ///
  /// - Parameters:
  ///   - factory: makes the handles; use the program's own, so that nothing global is needed.
  ///   - compatNames: whether the names of the design's three drafts are kept up too.
  ///   - maxCells: cells beyond this number share the label value `_other`.
  public init(factory: any MetricsFactory, compatNames: Bool = false, maxCells: Int = 200) {
    self.factory = factory
    self.compatNames = compatNames
    labels = CellLabels(limit: maxCells)
  }

  /// Shows these cells' counters as 0 before anything has happened, so that rates are right from the first event on.
  public func prepare(cells: [String]) {
    for cell in cells { _ = handles(for: cell) }
  }

  /// Every event: a counter that misses some is wrong for ever.
  public var delivery: CellDelivery { .lossless }

  /// Counts an event: in the trace of what it tells of, if that is known, so that exemplars can name it.
  public func observe(_ event: CellEvent) {
    let handles = handles(for: event.cell)
    guard let trace = (event.context as? CallTrace)?.place else { return handles.add(event) }
    InstrumentationContext.withValue(trace) { handles.add(event) }
  }

  private func handles(for cell: String) -> CellHandles {
    let label = labels(cell)
    if let found = handles.withLock({ $0[label] }) { return found }
    // The factory is somebody else's code: not under the lock. Making the same handles twice is harmless.
    let made = CellHandles(cell: label, factory: factory, compatNames: compatNames)
    return handles.withLock { handles in
      if let found = handles[label] { return found }
      handles[label] = made
      return made
    }
  }
}
