/// What is known of a metric before its first value: swift-metrics handles carry a name and labels only, an exposition
/// needs kind, help and unit too.
///
/// Describe metrics to a ``PrometheusRegistry`` before making handles for them. The name is the one that Prometheus
/// shows; a handle finds its descriptor by its label, made legal and given the suffix of its kind:
/// `Timer(label: "http.request.duration")` finds `http_request_duration_seconds`.
public struct MetricDescriptor: Sendable, Hashable {
  /// The exposed name. Counters end in `_total`, and a unit is the last part before that.
  public let name: String
  /// What the metric is.
  public let kind: MetricKind
  /// One sentence for people.
  public let help: String
  /// The base unit, for example `seconds` or `bytes`.
  public let unit: String?
  /// The labels' names, in the order in which they are shown. Every series has all of them.
  public let labelNames: [String]
  /// The bounds of a histogram; nil for every other kind.
  public let buckets: HistogramBuckets?
  /// The most series the family may have; nil for the registry's own limit.
  public let maxSeries: Int?

  /// Checks and keeps a description.
  ///
  /// - Throws: ``PrometheusMetricsError/Code/invalidName``, ``PrometheusMetricsError/Code/invalidLabel``,
  ///   ``PrometheusMetricsError/Code/invalidUnit``, ``PrometheusMetricsError/Code/invalidBuckets``.
  public init(
    name: String, kind: MetricKind, help: String, unit: String? = nil, labelNames: [String] = [],
    buckets: HistogramBuckets? = nil, maxSeries: Int? = nil
  ) throws(PrometheusMetricsError) {
    guard MetricName.isValid(name) else {
      throw PrometheusMetricsError(
        .invalidName, "\"\(name)\" is no metric name: letters, digits and underscores, no digit first.", metric: name)
    }
    guard (kind == .counter) == name.hasSuffix("_total") else {
      throw PrometheusMetricsError(
        .invalidName, "\(name) is a \(kind.rawValue): counters, and only they, end in _total.", metric: name)
    }
    let base = kind == .counter ? name.dropLast(6) : name[...]
    if let unit, !base.hasSuffix("_" + unit) || !MetricName.isValid(unit) {
      throw PrometheusMetricsError(.invalidUnit, "\(name) does not end in its unit, \(unit).", metric: name)
    }
    var seen = Set<String>()
    for label in labelNames {
      guard MetricName.isValidLabel(label), label != "le", label != "quantile", seen.insert(label).inserted else {
        throw PrometheusMetricsError(
          .invalidLabel,
          "\"\(label)\" cannot be a label of \(name): it breaks the grammar, is reserved or appears twice.",
          metric: name)
      }
    }
    guard buckets == nil || kind == .histogram else {
      throw PrometheusMetricsError(.invalidBuckets, "\(name) is a \(kind.rawValue) and has no buckets.", metric: name)
    }
    self.init(
      checkedName: name, kind: kind, help: help, unit: unit, labelNames: labelNames,
      buckets: buckets ?? (kind == .histogram ? .latency : nil), maxSeries: maxSeries.map { max(0, $0) })
  }

  init(
    checkedName name: String, kind: MetricKind, help: String, unit: String?, labelNames: [String],
    buckets: HistogramBuckets?, maxSeries: Int?
  ) {
    self.name = name
    self.kind = kind
    self.help = help
    self.unit = unit
    self.labelNames = labelNames
    self.buckets = buckets
    self.maxSeries = maxSeries
  }

  /// The family's name in OpenMetrics, where a counter's `_total` belongs to the sample alone.
  var openMetricsName: Substring { kind == .counter ? name.dropLast(6) : name[...] }
}
