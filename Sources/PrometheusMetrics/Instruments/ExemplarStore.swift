/// The latest exemplar of each bucket of one histogram. Kept only where the registry was given a source.
final class ExemplarStore: Sendable {
  private let source: ExemplarSource
  private let latest: Locked<[Exemplar?]>

  init(source: ExemplarSource, buckets: Int) {
    self.source = source
    latest = Locked(Array(repeating: nil, count: buckets))
  }

  /// Notes an observation, if its caller is in a trace.
  func note(_ value: Double, bucket: Int) {
    let labels = source.labels()
    guard !labels.isEmpty, let exemplar = Exemplar(labels: labels, value: value, time: source.now()) else { return }
    latest.withLock { $0[bucket] = exemplar }
  }

  func read() -> [Exemplar?] { latest.withLock { $0 } }
}
