import CellContract
import CoreMetrics

/// The handles for one cell, made once, so that an event only adds to them.
struct CellHandles: Sendable {
  private let initStarted: Counter
  private let initSucceeded: Counter
  private let initFailed: Counter
  private let initSkipped: Counter
  private let initTime: Timer
  private let closed: [CellCloseOutcome: Counter]
  private let closeTime: Timer
  private let disposedWell: Counter
  private let disposedBadly: Counter
  private let seeded: [CellEvent.Seeding.Source: Counter]
  private let swapped: Counter
  private let swapFailed: Counter
  private let rolledBack: Counter
  private let swapTime: Timer
  private let overloaded: Counter
  private let leaked: Counter
  private let compat: Compat?

  init(cell: String, factory: any MetricsFactory, compatNames: Bool) {
    func counter(_ metric: CellMetric, _ label: String, _ value: String) -> Counter {
      Counter(label: metric.name, dimensions: [("cell", cell), (label, value)], factory: factory)
    }
    func counter(_ metric: CellMetric) -> Counter {
      Counter(label: metric.name, dimensions: [("cell", cell)], factory: factory)
    }
    func timer(_ metric: CellMetric) -> Timer {
      Timer(label: metric.name, dimensions: [("cell", cell)], factory: factory)
    }
    initStarted = counter(.initStartedTotal)
    initSucceeded = counter(.initTotal, "status", "success")
    initFailed = counter(.initTotal, "status", "error")
    initSkipped = counter(.initTotal, "status", "skipped")
    initTime = timer(.initSeconds)
    closed = Dictionary(
      uniqueKeysWithValues: CellCloseOutcome.allCases.map { ($0, counter(.closeTotal, "outcome", $0.rawValue)) })
    closeTime = timer(.closeSeconds)
    disposedWell = counter(.disposeTotal, "outcome", "ok")
    disposedBadly = counter(.disposeTotal, "outcome", "error")
    let sources: [CellEvent.Seeding.Source] = [.environment, .testScope]
    seeded = Dictionary(uniqueKeysWithValues: sources.map { ($0, counter(.seedTotal, "source", $0.rawValue)) })
    swapped = counter(.swapTotal, "outcome", "success")
    swapFailed = counter(.swapTotal, "outcome", "error")
    rolledBack = counter(.swapTotal, "outcome", "rolled_back")
    swapTime = timer(.swapSeconds)
    overloaded = counter(.gateOverloadedTotal)
    leaked = counter(.leaseLeakTotal)
    compat = compatNames ? Compat(cell: cell, factory: factory) : nil
  }

  func add(_ event: CellEvent) {
    switch event.kind {
    case .initStarted: initStarted.increment()
    case .initialized(let attempt): add(attempt)
    case .disposed(let disposal): (disposal.error == nil ? disposedWell : disposedBadly).increment()
    case .closed(let closing):
      closed[closing.outcome ?? .error]?.increment()
      closeTime.recordNanoseconds(closing.duration.wholeNanoseconds)
      compat?.closures.increment()
    case .seeded(let seeding): seeded[seeding.source]?.increment()
    case .swapSucceeded(let swap):
      swapped.increment()
      swapTime.recordNanoseconds(swap.duration.wholeNanoseconds)
    case .swapFailed(let swap):
      swapFailed.increment()
      swapTime.recordNanoseconds(swap.duration.wholeNanoseconds)
    case .rolledBack: rolledBack.increment()
    case .leaseLeak: leaked.increment()
    case .gateOverloaded: overloaded.increment()
    }
  }

  private func add(_ attempt: CellEvent.Initialization) {
    initTime.recordNanoseconds(attempt.duration.wholeNanoseconds)
    compat?.latency.record(attempt.duration / .milliseconds(1))
    switch attempt.outcome {
    case .success:
      initSucceeded.increment()
      // One of those who waited had its factory run; the others were served by it.
      initSkipped.increment(by: max(0, attempt.waiters - 1))
      compat?.initializations.increment()
      compat?.succeeded.increment()
    case .error, .abandoned:
      initFailed.increment()
      compat?.failed.increment()
    }
  }

  /// The same under the names of the original design's drafts.
  private struct Compat: Sendable {
    let initializations: Counter
    let succeeded: Counter
    let failed: Counter
    let closures: Counter
    let latency: Recorder

    init(cell: String, factory: any MetricsFactory) {
      let dimensions = [("cell", cell)]
      func counter(_ metric: CellMetric) -> Counter {
        Counter(label: metric.name, dimensions: dimensions, factory: factory)
      }
      initializations = counter(.initializationsTotal)
      succeeded = counter(.initSucceededTotal)
      failed = counter(.initFailedTotal)
      closures = counter(.closuresTotal)
      latency = Recorder(label: CellMetric.initLatencyMs.name, dimensions: dimensions, factory: factory)
    }
  }
}
