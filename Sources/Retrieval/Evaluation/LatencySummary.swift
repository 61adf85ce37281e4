/// How long searches took, in milliseconds.
public struct LatencySummary: Sendable, Hashable, Codable {
  /// The median.
  public var p50: Double
  /// The smallest value that 99 of 100 searches do not exceed.
  public var p99: Double

  /// A summary of some searches; zeros for none. Quantiles by the nearest rank.
  public init(of milliseconds: [Double]) {
    let sorted = milliseconds.sorted()
    func quantile(_ share: Double) -> Double {
      guard !sorted.isEmpty else { return 0 }
      return sorted[max(0, min(sorted.count, Int((share * Double(sorted.count)).rounded(.up))) - 1)]
    }
    p50 = quantile(0.5)
    p99 = quantile(0.99)
  }
}
