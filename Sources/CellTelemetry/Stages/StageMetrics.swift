public import CoreMetrics
public import PrometheusMetrics

/// Times of the stages of a search, as histograms: what a response tells of one search, over all of them.
///
/// ```swift
/// let stages = StageMetrics(factory: factory)
/// for stage in response.stages {
///   stages.record(stage.name, milliseconds: stage.durationMilliseconds, candidates: stage.candidates)
/// }
/// ```
public final class StageMetrics: Sendable {
  private struct Handles: Sendable {
    let time: Timer
    let candidates: Recorder
  }

  private let factory: any MetricsFactory
  private let maxStages: Int
  private let handles = Locked<[String: Handles]>([:])

  /// Metrics over any number of searches.
  ///
  /// - Parameter maxStages: stages beyond this number share the label value `_other`.
  public init(factory: any MetricsFactory, maxStages: Int = 50) {
    self.factory = factory
    self.maxStages = max(1, maxStages)
  }

  /// Counts one stage of one search. A time that is none (negative, NaN, infinite) is left out.
  public func record(_ stage: String, milliseconds: Double, candidates: Int) {
    let handles = handles(for: stage)
    let nanoseconds = milliseconds * 1e6
    if nanoseconds >= 0, nanoseconds < 0x1p62 { handles.time.recordNanoseconds(Int64(nanoseconds)) }
    handles.candidates.record(max(0, candidates))
  }

  private func handles(for stage: String) -> Handles {
    let label = handles.withLock { $0[stage] != nil || $0.count < maxStages } ? stage : CellLabels.other
    if let found = handles.withLock({ $0[label] }) { return found }
    // The factory is somebody else's code: not under the lock. Making the same handles twice is harmless.
    let dimensions = [("stage", label)]
    let made = Handles(
      time: Timer(label: Self.seconds.name, dimensions: dimensions, factory: factory),
      candidates: Recorder(label: Self.candidates.name, dimensions: dimensions, factory: factory))
    return handles.withLock { handles in
      if let found = handles[label] { return found }
      handles[label] = made
      return made
    }
  }

  /// `retrieval_stage_seconds`.
  public static let seconds = CellMetric(
    name: "retrieval_stage_seconds", kind: .histogram, unit: "seconds", labelNames: ["stage"], buckets: .stages,
    isCompat: false, help: "Duration of the stages of searches.")

  /// `retrieval_stage_candidates`.
  public static let candidates = CellMetric(
    name: "retrieval_stage_candidates", kind: .histogram, unit: nil, labelNames: ["stage"], buckets: .sizes,
    isCompat: false, help: "Rows that the stages of searches handed on.")
}

extension PrometheusRegistry {
  /// Makes the metrics of ``StageMetrics`` known.
  ///
  /// - Throws: `PrometheusMetricsError` when a metric of one of these names is there already and differs.
  public func describeStageMetrics() throws(PrometheusMetricsError) {
    for metric in [StageMetrics.seconds, StageMetrics.candidates] { try describe(try metric.descriptor()) }
  }
}
