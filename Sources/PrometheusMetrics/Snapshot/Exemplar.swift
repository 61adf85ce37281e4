/// One observation told beside a bucket, so that a reader of the histogram finds a trace of it. OpenMetrics only.
public struct Exemplar: Sendable, Hashable {
  /// What names the observation, usually `trace_id` and `span_id`, by name.
  public let labels: LabelSet
  /// The observed value, in the metric's unit.
  public let value: Double
  /// When it was observed, in seconds since 1970.
  public let time: Double

  /// Names and values together may have this many characters: OpenMetrics 1.0, section "Exemplars".
  public static let maximumLength = 128

  /// An exemplar; nil when a name is illegal or all of it is too long for the format.
  public init?(labels: [(String, String)], value: Double, time: Double) {
    let length = labels.reduce(0) { $0 + $1.0.unicodeScalars.count + $1.1.unicodeScalars.count }
    guard length <= Self.maximumLength, labels.allSatisfy({ MetricName.isValidLabel($0.0) }),
      Set(labels.map(\.0)).count == labels.count
    else { return nil }
    self.labels = LabelSet(names: labels.map(\.0), values: labels.map(\.1))
    self.value = value
    self.time = time
  }
}
