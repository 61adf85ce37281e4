/// Holds metrics and shows them as Prometheus text or OpenMetrics.
///
/// A registry is made by the application and handed to whoever needs it; there is no shared one. Metrics come into it in
/// three ways: handles of swift-metrics through a ``PrometheusMetricsFactory``, descriptors given beforehand with
/// ``describe(_:)``, and collectors that are asked at each scrape.
///
/// ```swift
/// let registry = PrometheusRegistry()
/// try registry.describe(MetricDescriptor(name: "jobs_total", kind: .counter, help: "Jobs done.", labelNames: ["queue"]))
/// let factory = PrometheusMetricsFactory(registry: registry)
/// Counter(label: "jobs_total", dimensions: [("queue", "mail")], factory: factory).increment()
/// let body = registry.snapshot().encoded(as: .negotiated(accept: acceptHeader))
/// ```
///
/// Updating a handle takes no lock. Making one takes a short one, so keep handles that are used often. Nothing here
/// traps or throws because of what a handle is called: a handle that cannot be had keeps nothing and is counted in
/// `metrics_registry_dropped_handles_total`; an update that no metric can take, in `metrics_registry_rejected_updates_total`.
public final class PrometheusRegistry: Sendable {
  let state: Locked<RegistryState>
  let rejected: RejectedUpdates
  private let onConflict: (@Sendable (RegistrationConflict) -> Void)?

  /// An empty registry.
  public init(configuration: Configuration = Configuration()) {
    let rejected = RejectedUpdates()
    self.rejected = rejected
    onConflict = configuration.onConflict
    state = Locked(
      RegistryState(
        configuration: configuration, rejected: rejected, own: [Self.droppedHandles, Self.rejectedUpdates]))
  }

  /// Makes a metric known. One without labels is shown as 0 from now on. Describing the same again changes nothing.
  ///
  /// - Throws: ``PrometheusMetricsError/Code/conflict`` when another metric has the name or one of the sample names that
  ///   follow from it.
  public func describe(_ descriptor: MetricDescriptor) throws(PrometheusMetricsError) {
    try state.withLock { (state) throws(PrometheusMetricsError) in
      if let family = state.families[descriptor.name], family.descriptor == descriptor { return }
      if let owner = state.owner(of: descriptor.name, kind: descriptor.kind) {
        throw PrometheusMetricsError(
          .conflict,
          "\(descriptor.name) cannot be added: \(owner) is registered and uses that name or one that follows "
            + "from it. Describe metrics before handles are made, and each only one way.", metric: descriptor.name)
      }
      let family = state.add(descriptor)
      if descriptor.labelNames.isEmpty { _ = family.series([]) }
    }
  }

  /// Adds a collector, to be asked at every scrape from now on.
  public func add(_ collector: any MetricsCollector) {
    state.withLock { $0.collectors.append(collector) }
  }

  /// How many handles were dropped, by reason.
  public func droppedHandles(_ reason: RegistrationConflict.Reason) -> UInt64 {
    state.withLock { $0.dropped.reduce(0) { $1.key.reason == reason ? $0 + $1.value : $0 } }
  }

  /// The storage for a handle; nil when it is dropped.
  func series(_ label: String, _ kind: HandleKind, _ dimensions: [(String, String)]) -> (any SeriesStorage)? {
    var conflict: RegistrationConflict?
    let series: (any SeriesStorage)? = state.withLock { state in
      let metric: String
      let reason: RegistrationConflict.Reason
      let message: String
      switch state.family(label, kind, dimensions: dimensions) {
      case .success(let family):
        switch family.series(dimensions) {
        case .success(let series): return series
        case .failure(let refusal):
          (metric, reason, message) = (family.descriptor.name, refusal.reason, refusal.message)
        }
      case .failure(let found): (metric, reason, message) = (found.metric, found.reason, found.message)
      }
      if state.countDrop(RegistryState.DropKey(metric: metric, reason: reason)) {
        conflict = RegistrationConflict(reason: reason, metric: metric, handleLabel: label, message: message)
      }
      return nil
    }
    if let conflict { onConflict?(conflict) }
    return series
  }

  /// Ends a series. Other handles of it go on counting into nothing; a handle made later starts a new series from 0.
  func remove(_ handler: AnyObject) {
    guard let series = handler as? any SeriesStorage else { return }
    state.withLock { $0.families[series.family]?.remove(series) }
  }
}
