/// What a metric family is. The raw values are the words of the `# TYPE` line.
public enum MetricKind: String, Sendable, Hashable, CaseIterable {
  /// A count that only rises, until its process starts anew.
  case counter
  /// A value that goes up and down.
  case gauge
  /// Observations counted in buckets.
  case histogram
}
