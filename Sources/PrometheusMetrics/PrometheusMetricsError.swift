/// A metric that cannot be described as asked. Handles never throw: what they cannot do is counted instead.
///
/// Two errors are equal when their codes are.
public struct PrometheusMetricsError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kind of failure: open, so that a new one breaks no caller.
  public struct Code: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    /// The stable name.
    public let rawValue: String

    /// Wraps a stable name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The stable name.
    public var description: String { rawValue }

    /// The metric's name breaks the exposition format's grammar or its suffix does not fit its kind.
    public static let invalidName = Code(rawValue: "metrics.invalid-name")
    /// A label's name breaks the grammar, is reserved or appears twice.
    public static let invalidLabel = Code(rawValue: "metrics.invalid-label")
    /// The unit is not the last part of the name.
    public static let invalidUnit = Code(rawValue: "metrics.invalid-unit")
    /// The bucket bounds do not rise, are not finite, or are none or too many; or they belong to no histogram.
    public static let invalidBuckets = Code(rawValue: "metrics.invalid-buckets")
    /// Another metric has that name or one of the sample names that follow from it.
    public static let conflict = Code(rawValue: "metrics.conflict")
  }

  /// The kind of failure.
  public let code: Code
  /// What happened, and what would have been right.
  public let message: String
  /// The metric concerned.
  public let metric: String?

  /// An error with its code and message.
  public init(_ code: Code, _ message: String, metric: String? = nil) {
    self.code = code
    self.message = message
    self.metric = metric
  }

  /// Code and message.
  public var description: String { "\(code): \(message)" }

  /// Equality of the codes.
  public static func == (left: Self, right: Self) -> Bool { left.code == right.code }
}
