public import CellContract
public import PrometheusMetrics

/// Shows at each scrape what cells are: ready, leases, waiters, payloads.
///
/// ```swift
/// registry.add(try CellSnapshotCollector { cells.snapshot() })
/// ```
public final class CellSnapshotCollector: MetricsCollector {
  private let labels: CellLabels
  private let snapshots: @Sendable () -> [CellSnapshot]
  private let columns: [Column]

  private struct Column: Sendable {
    let descriptor: MetricDescriptor
    /// Whether the values of several cells may be added up. A state may not: of a pool the highest is shown.
    let isSum: Bool
    /// nil where a cell has no such thing.
    let value: @Sendable (CellSnapshot) -> MetricValue?
  }

  /// A collector over the cells that `snapshots` gives.
  ///
  /// - Parameters:
  ///   - compatNames: whether the drafts' names are shown too.
  ///   - maxCells: cells beyond this number are added up under the label value `_other`; their states are left out.
  ///   - snapshots: the cells as they are now, usually `CellRegistry.snapshot`.
  /// - Throws: `PrometheusMetricsError` if the contract breaks the rules of names, which the tests rule out.
  public init(
    compatNames: Bool = false, maxCells: Int = 200, snapshots: @escaping @Sendable () -> [CellSnapshot]
  ) throws(PrometheusMetricsError) {
    labels = CellLabels(limit: maxCells)
    self.snapshots = snapshots
    var columns = [
      Column(descriptor: try CellMetric.ready.descriptor(), isSum: false) { .gauge($0.initState == .ready ? 1 : 0) },
      Column(descriptor: try CellMetric.leases.descriptor(), isSum: true) {
        .gauge(Double($0.leases + $0.drainingLeases))
      },
      Column(descriptor: try CellMetric.waiters.descriptor(), isSum: true) { .gauge(Double($0.waiters)) },
      Column(descriptor: try CellMetric.gateQueue.descriptor(), isSum: true) { .gauge(Double($0.gateQueue)) },
      Column(descriptor: try CellMetric.gateWaitSeconds.descriptor(), isSum: true) {
        $0.gateWaits.flatMap {
          HistogramValue(buckets: .latency, counts: $0.counts, sum: $0.total / .seconds(1)).map(MetricValue.histogram)
        }
      },
      Column(descriptor: try CellMetric.observerDroppedTotal.descriptor(), isSum: true) {
        .counter(whole: $0.droppedEvents)
      },
      Column(descriptor: try CellMetric.payloadsBuiltTotal.descriptor(), isSum: true) { .counter(whole: $0.built) },
      Column(descriptor: try CellMetric.payloadsDisposedTotal.descriptor(), isSum: true) {
        .counter(whole: $0.disposed)
      },
    ]
    if compatNames {
      columns.append(
        Column(descriptor: try CellMetric.active.descriptor(), isSum: false) { .gauge($0.initState == .ready ? 1 : 0) })
      columns.append(
        Column(descriptor: try CellMetric.state.descriptor(), isSum: false) { .gauge(Self.stateNumber($0.initState)) })
    }
    self.columns = columns
  }

  /// The families as the cells are now.
  public func collect() -> [MetricFamily] {
    var order: [String] = []
    var groups: [String: [CellSnapshot]] = [:]
    for snapshot in snapshots() {
      let label = labels(snapshot.name)
      if groups[label] == nil { order.append(label) }
      groups[label, default: []].append(snapshot)
    }
    return columns.map { column in
      var family = MetricFamily(column.descriptor)
      for label in order where column.isSum || label != CellLabels.other {
        let values = (groups[label] ?? []).compactMap(column.value)
        if let value = column.isSum ? Self.sum(values) : Self.highest(values) { family.append([label], value) }
      }
      return family
    }
  }

  private static func highest(_ values: [MetricValue]) -> MetricValue? {
    values.dropFirst().reduce(values.first) { highest, value in
      if case (.gauge(let left)?, .gauge(let right)) = (highest, value) { .gauge(max(left, right)) } else { highest }
    }
  }

  private static func sum(_ values: [MetricValue]) -> MetricValue? {
    values.dropFirst().reduce(values.first) { sum, value in
      switch (sum, value) {
      case (.counter(let left, _)?, .counter(let right, _)): .counter(whole: left &+ right)
      case (.gauge(let left)?, .gauge(let right)): .gauge(left + right)
      case (.histogram(let left)?, .histogram(let right)):
        HistogramValue(
          buckets: left.buckets, counts: zip(left.counts, right.counts).map { $0 &+ $1 }, sum: left.sum + right.sum
        ).map(MetricValue.histogram)
      default: sum
      }
    }
  }

  private static func stateNumber(_ state: CellInitState) -> Double {
    switch state {
    case .empty: 0
    case .initializing: 1
    case .ready: 2
    }
  }
}
