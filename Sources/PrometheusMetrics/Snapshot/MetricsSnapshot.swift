/// Every metric of a registry at one moment: what both encoders write from.
public struct MetricsSnapshot: Sendable {
  /// The families with at least one series, by name.
  public let families: [MetricFamily]

  init(families: [MetricFamily]) { self.families = families }

  /// A family by its exposed name.
  public subscript(name: String) -> MetricFamily? { families.first { $0.descriptor.name == name } }

  /// The value of one series, for tests and status pages; label values in the descriptor's order.
  public func value(_ name: String, _ labelValues: String...) -> MetricValue? {
    self[name]?.series.first { $0.labels.values == labelValues }?.value
  }

  /// The exposition in a format.
  public func encoded(as format: ExpositionFormat) -> [UInt8] {
    var writer = ExpositionWriter(format: format, capacity: sizeEstimate)
    for family in families { writer.append(family) }
    return writer.finish()
  }

  private var sizeEstimate: Int {
    families.reduce(64) { size, family in
      let lines = (family.descriptor.buckets?.bounds.count).map { $0 + 3 } ?? 1
      let line = family.descriptor.name.utf8.count + 32 + (family.series.first?.labels.text.count ?? 0)
      return size + 256 + family.series.count * lines * line
    }
  }
}
