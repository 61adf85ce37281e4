extension PrometheusRegistry {
  /// Every metric as it is now. Values are read outside the lock, so a scrape delays no writer.
  public func snapshot() -> MetricsSnapshot {
    let (tables, collectors) = state.withLock { state in
      // A family that is only described may be a collector's to fill.
      (state.families.values.map { ($0.descriptor, $0.sorted()) }.filter { !$0.1.isEmpty }, state.collectors)
    }
    var families = tables.map { descriptor, series in
      MetricFamily(descriptor, series: series.map { MetricSeries(labels: $0.labels, value: $0.read()) })
    }
    families += collected(by: collectors, beside: tables.map(\.0))
    families += ownFamilies()
    families.sort { $0.descriptor.name < $1.descriptor.name }
    return MetricsSnapshot(families: families)
  }

  /// The collectors' families, without those whose names another one uses.
  private func collected(by collectors: [any MetricsCollector], beside known: [MetricDescriptor]) -> [MetricFamily] {
    var occupied = Set<String>()
    for descriptor in known + [Self.droppedHandles, Self.rejectedUpdates] {
      occupied.formUnion(MetricName.occupied(by: descriptor.name, kind: descriptor.kind))
    }
    var result: [MetricFamily] = []
    for collector in collectors {
      for var family in collector.collect() where !family.series.isEmpty {
        let names = MetricName.occupied(by: family.descriptor.name, kind: family.descriptor.kind)
        guard occupied.isDisjoint(with: names) else {
          rejected.add(family.series.count)
          continue
        }
        occupied.formUnion(names)
        family.removeDuplicates()
        rejected.add(family.discarded)
        result.append(family)
      }
    }
    return result
  }

  private func ownFamilies() -> [MetricFamily] {
    var dropped = MetricFamily(Self.droppedHandles)
    let counts = state.withLock { $0.dropped }
    for (key, count) in counts.sorted(by: {
      ($0.key.metric, $0.key.reason.rawValue) < ($1.key.metric, $1.key.reason.rawValue)
    }) {
      dropped.append([key.metric, key.reason.rawValue], .counter(whole: count))
    }
    var rejected = MetricFamily(Self.rejectedUpdates)
    rejected.append([], .counter(whole: self.rejected.total))
    return dropped.series.isEmpty ? [rejected] : [dropped, rejected]
  }

  static let droppedHandles = MetricDescriptor(
    checkedName: "metrics_registry_dropped_handles_total", kind: .counter,
    help: "Metric handles that keep nothing because of a conflict or a limit, by metric and reason.", unit: nil,
    labelNames: ["metric", "reason"], buckets: nil, maxSeries: nil)

  static let rejectedUpdates = MetricDescriptor(
    checkedName: "metrics_registry_rejected_updates_total", kind: .counter,
    help:
      "Updates that no metric can take: falling counters, NaN or negative observations, malformed collected values.",
    unit: nil, labelNames: [], buckets: nil, maxSeries: nil)
}
