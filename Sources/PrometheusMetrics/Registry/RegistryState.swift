/// What a registry knows. Touched under its lock only.
struct RegistryState {
  struct HandleKey: Hashable {
    let label: String
    let kind: HandleKind
  }

  struct DropKey: Hashable {
    let metric: String
    let reason: RegistrationConflict.Reason
  }

  let configuration: PrometheusRegistry.Configuration
  let rejected: RejectedUpdates
  private(set) var families: [String: FamilyTable] = [:]
  /// Every name that some family's lines use, and the family.
  private var occupied: [String: String] = [:]
  /// Where a handle's label leads, so that making a handle again costs two look-ups.
  private var resolved: [HandleKey: FamilyTable] = [:]
  private(set) var dropped: [DropKey: UInt64] = [:]
  var collectors: [any MetricsCollector] = []

  init(configuration: PrometheusRegistry.Configuration, rejected: RejectedUpdates, own: [MetricDescriptor]) {
    self.configuration = configuration
    self.rejected = rejected
    for descriptor in own {
      for name in MetricName.occupied(by: descriptor.name, kind: descriptor.kind) { occupied[name] = descriptor.name }
    }
  }

  /// The family that owns one of the names such a family would use; nil when all are free.
  func owner(of name: String, kind: MetricKind) -> String? {
    for name in MetricName.occupied(by: name, kind: kind) {
      if let owner = occupied[name] { return owner }
    }
    return nil
  }

  mutating func add(_ descriptor: MetricDescriptor) -> FamilyTable {
    let family = FamilyTable(
      descriptor, maxSeries: configuration.maxSeriesPerMetric, rejected: rejected, exemplars: configuration.exemplars)
    families[descriptor.name] = family
    for name in MetricName.occupied(by: descriptor.name, kind: descriptor.kind) { occupied[name] = descriptor.name }
    return family
  }

  /// Counts a dropped handle; true for the first one of its metric and reason.
  mutating func countDrop(_ key: DropKey) -> Bool {
    dropped[key, default: 0] += 1
    return dropped[key] == 1
  }

  /// The family for a handle, made when neither it nor a conflict is there.
  mutating func family(
    _ label: String, _ kind: HandleKind, dimensions: [(String, String)]
  ) -> Result<FamilyTable, Conflict> {
    let key = HandleKey(label: label, kind: kind)
    if let family = resolved[key] { return .success(family) }
    guard let name = MetricName.exposed(label, as: kind) else {
      return .failure(Conflict("", .invalidName, "No legal metric name can be made of \"\(label)\"."))
    }
    if let family = families[name] {
      guard family.descriptor.kind == kind.metricKind else {
        let own = family.descriptor.kind.rawValue
        return .failure(Conflict(name, .kind, "\(name) is a \(own), not a \(kind.metricKind.rawValue)."))
      }
      if let first = family.handleLabel, first != label {
        return .failure(
          Conflict(name, .nameCollision, "\"\(label)\" and \"\(first)\" are both shown as \(name): rename one."))
      }
      family.handleLabel = label
      resolved[key] = family
      return .success(family)
    }
    if let owner = owner(of: name, kind: kind.metricKind) {
      // A gauge `jobs` beside the counter `jobs_total` is one name with two kinds; `jobs_count` is another name.
      let shown = kind == .counter ? name.dropLast(6) : name[...]
      let sameName = families[owner].map { $0.descriptor.openMetricsName == shown } ?? false
      return .failure(
        Conflict(
          owner, sameName ? .kind : .nameCollision,
          "\"\(label)\" would be shown as \(name), which \(owner) uses for its own lines: rename it."))
    }
    guard families.count < configuration.maxMetrics else {
      return .failure(
        Conflict("", .familyLimit, "There are \(families.count) metrics already; \(name) is one too many."))
    }
    switch FamilyTable.labelNames(dimensions) {
    case .failure(let refusal): return .failure(Conflict("", refusal.reason, "\(name): \(refusal.message)"))
    case .success(let labelNames):
      let family = add(undescribed(name, label, kind, labelNames))
      family.handleLabel = label
      resolved[key] = family
      return .success(family)
    }
  }

  private func undescribed(
    _ name: String, _ label: String, _ kind: HandleKind, _ labelNames: [String]
  ) -> MetricDescriptor {
    let unit = kind == .timer ? "seconds" : nil
    let buckets: HistogramBuckets? =
      switch kind {
      case .timer: configuration.timerBuckets
      case .recorder: configuration.recorderBuckets
      case .counter, .gauge: nil
      }
    return MetricDescriptor(
      checkedName: name, kind: kind.metricKind, help: "Not described; reported as \"\(label)\".", unit: unit,
      labelNames: labelNames, buckets: buckets, maxSeries: nil)
  }

  /// Why no family can be had.
  struct Conflict: Error {
    let metric: String
    let reason: RegistrationConflict.Reason
    let message: String

    init(_ metric: String, _ reason: RegistrationConflict.Reason, _ message: String) {
      self.metric = metric
      self.reason = reason
      self.message = message
    }
  }
}
