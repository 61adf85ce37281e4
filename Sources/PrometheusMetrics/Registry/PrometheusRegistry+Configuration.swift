extension PrometheusRegistry {
  /// The limits of a registry, and what it uses where a metric was not described.
  public struct Configuration: Sendable {
    /// The most series of one metric, unless its descriptor says otherwise. Further ones are dropped and counted.
    public var maxSeriesPerMetric = 1_000
    /// The most metrics.
    public var maxMetrics = 1_000
    /// The bounds of timers that nobody described, in seconds.
    public var timerBuckets = HistogramBuckets.latency
    /// The bounds of recorders that nobody described.
    public var recorderBuckets = HistogramBuckets.sizes
    /// Where histograms get exemplars from; nil keeps none, and then observing costs nothing more.
    public var exemplars: ExemplarSource?
    /// Told of the first conflict of each metric and reason, on the thread that asked for the handle, with no lock held.
    public var onConflict: (@Sendable (RegistrationConflict) -> Void)?

    /// The defaults.
    public init() {}
  }
}
