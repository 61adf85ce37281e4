/// The series of one metric. Touched under the registry's lock only.
final class FamilyTable {
  let descriptor: MetricDescriptor
  /// The label of the handles that belong here; nil until the first one.
  var handleLabel: String?
  private let maxSeries: Int
  private let rejected: RejectedUpdates
  private let exemplars: ExemplarSource?
  private var byValues: [[String]: any SeriesStorage] = [:]
  /// Sorted by label values once a scrape has asked, so that expositions are reproducible.
  private var listed: [any SeriesStorage] = []
  private var isSorted = true
  /// The dimension names that the last handle came with, in its order, and where each belongs.
  private var lastShape: (names: [String], order: [Int]) = ([], [])

  init(_ descriptor: MetricDescriptor, maxSeries: Int, rejected: RejectedUpdates, exemplars: ExemplarSource?) {
    self.descriptor = descriptor
    self.maxSeries = descriptor.maxSeries ?? maxSeries
    self.rejected = rejected
    self.exemplars = exemplars
  }

  /// The series for these dimensions, made when it is not there yet.
  func series(_ dimensions: [(String, String)]) -> Result<any SeriesStorage, Refusal> {
    let values: [String]
    switch self.values(dimensions) {
    case .success(let found): values = found
    case .failure(let refusal): return .failure(refusal)
    }
    if let found = byValues[values] { return .success(found) }
    guard listed.count < maxSeries else {
      return .failure(
        Refusal(.seriesLimit, "\(descriptor.name) has \(maxSeries) series already, the most it may have."))
    }
    let made = make(LabelSet(names: descriptor.labelNames, values: values))
    byValues[values] = made
    listed.append(made)
    isSorted = listed.count < 2
    return .success(made)
  }

  func remove(_ series: any SeriesStorage) {
    guard let found = byValues[series.labels.values], found === series else { return }
    byValues[series.labels.values] = nil
    listed.removeAll { $0 === series }
  }

  /// The series in order. Sorting happens here, after a change only.
  func sorted() -> [any SeriesStorage] {
    if !isSorted {
      listed.sort { $0.labels.values.lexicographicallyPrecedes($1.labels.values) }
      isSorted = true
    }
    return listed
  }

  private func make(_ labels: LabelSet) -> any SeriesStorage {
    switch descriptor.kind {
    case .counter: CounterSeries(family: descriptor.name, labels: labels, rejected: rejected)
    case .gauge: GaugeSeries(family: descriptor.name, labels: labels)
    case .histogram:
      HistogramSeries(
        family: descriptor.name, labels: labels, buckets: descriptor.buckets ?? .latency, rejected: rejected,
        exemplars: exemplars)
    }
  }

  private func values(_ dimensions: [(String, String)]) -> Result<[String], Refusal> {
    if dimensions.count == lastShape.names.count,
      zip(dimensions, lastShape.names).allSatisfy({ $0.0.0 == $0.1 })
    {
      return .success(lastShape.order.map { dimensions[$0].1 })
    }
    let names: [String]
    switch Self.labelNames(dimensions) {
    case .success(let found): names = found
    case .failure(let refusal): return .failure(refusal)
    }
    let order = descriptor.labelNames.compactMap { names.firstIndex(of: $0) }
    guard order.count == names.count, names.count == descriptor.labelNames.count else {
      let own = descriptor.labelNames.joined(separator: ", ")
      return .failure(
        Refusal(.labels, "\(descriptor.name) has the labels [\(own)], not [\(names.joined(separator: ", "))]."))
    }
    lastShape = (dimensions.map(\.0), order)
    return .success(order.map { dimensions[$0].1 })
  }

  /// The dimensions' names made legal, in their order.
  static func labelNames(_ dimensions: [(String, String)]) -> Result<[String], Refusal> {
    var names: [String] = []
    for (dimension, _) in dimensions {
      guard let name = MetricName.sanitized(dimension), MetricName.isValidLabel(name), name != "le", name != "quantile"
      else { return .failure(Refusal(.labelName, "\"\(dimension)\" cannot be a label: it is reserved or illegal.")) }
      guard !names.contains(name) else {
        return .failure(Refusal(.labelName, "Two dimensions are both called \(name) when made legal."))
      }
      names.append(name)
    }
    return .success(names)
  }

  /// Why a handle cannot be had.
  struct Refusal: Error {
    let reason: RegistrationConflict.Reason
    let message: String

    init(_ reason: RegistrationConflict.Reason, _ message: String) {
      self.reason = reason
      self.message = message
    }
  }
}
