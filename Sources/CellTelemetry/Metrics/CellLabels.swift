import PrometheusMetrics

/// Keeps the values of the label `cell` bounded: keyed pools make cells by the name of a tenant, and each value costs
/// series in every metric. Names beyond the limit share ``other``, so sums stay right.
final class CellLabels: Sendable {
  static let other = "_other"
  private let limit: Int
  private let known = Locked<Set<String>>([])

  init(limit: Int) { self.limit = max(1, limit) }

  /// The label value for a cell.
  func callAsFunction(_ cell: String) -> String {
    known.withLock { known in
      if known.contains(cell) { return cell }
      guard known.count < limit else { return Self.other }
      known.insert(cell)
      return cell
    }
  }
}
