import CellContract
import PrometheusMetrics

/// Keeps the values of the label `cell` bounded: each costs series in every metric. All cells of a keyed pool share the
/// pool's name; names beyond the limit share ``other``. Sums stay right.
final class CellLabels: Sendable {
  static let other = "_other"
  private let limit: Int
  private let known = Locked<Set<String>>([])

  init(limit: Int) { self.limit = max(1, limit) }

  /// The label value for a cell.
  func callAsFunction(_ cell: String) -> String {
    let label = PooledCellName.metricLabel(of: cell)
    return known.withLock { known in
      if known.contains(label) { return label }
      guard known.count < limit else { return Self.other }
      known.insert(label)
      return label
    }
  }
}
