/// Where exemplars get their labels and times. Asked at each observation of a histogram, on the observing thread.
public struct ExemplarSource: Sendable {
  let labels: @Sendable () -> [(String, String)]
  let now: @Sendable () -> Double

  /// A source.
  ///
  /// - Parameters:
  ///   - now: seconds since 1970.
  ///   - labels: what names the caller's work, such as its trace; empty when there is nothing to name.
  public init(now: @escaping @Sendable () -> Double, labels: @escaping @Sendable () -> [(String, String)]) {
    self.now = now
    self.labels = labels
  }
}
