public import CellContract
public import RuntimeCells
public import Tracing

/// Tells traces of what cells do: a span for each attempt to make a payload, each swap, each close and each disposal.
///
/// ```swift
/// let spans = CellSpanObserver(tracer: tracer)
/// spans.attach(to: &configuration)
/// let cell = RuntimeCell(name: "faiss", configuration: configuration) { try load() }
/// ```
///
/// An attempt's span, `runtime_cell.init`, is open while the factory runs and is the parent of whatever the factory does.
/// It is a root that is *linked* to the span of the caller whose factory runs: that caller may be gone long before the
/// payload is there. Swaps and closes last as long as their calls, so their spans are below the caller's. Without
/// ``attach(to:)``, as a mere observer, it writes the same spans afterwards, as roots, from the events' durations.
public final class CellSpanObserver: CellObserver {
  private let tracer: any Tracer

  /// An observer for any number of cells.
  public init(tracer: any Tracer) { self.tracer = tracer }

  /// Every event: a span whose end is lost would never be told. A tracer takes spans without waiting.
  public var delivery: CellDelivery { .lossless }

  /// Has cells that are made with this configuration tell their spans here. Takes the place of another call context that
  /// the configuration may have.
  public func attach(to configuration: inout CellConfiguration) {
    configuration.observers.append(self)
    configuration.callContext = { [tracer] in
      CallTrace(tracer: tracer, caller: InstrumentationContext.current ?? .topLevel)
    }
  }

  /// Ends or writes the spans that an event tells of.
  public func observe(_ event: CellEvent) {
    let call = event.context as? CallTrace
    switch event.kind {
    case .initStarted, .seeded, .rolledBack, .leaseLeak, .gateOverloaded: break
    case .initialized(let attempt): end(attempt, of: event.cell, call)
    case .disposed(let disposal):
      let span = past("runtime_cell.dispose", event.cell, disposal.duration)
      span.attributes["cell.generation"] = Int64(clamping: disposal.generation.rawValue)
      span.end(disposal.error, failed: disposal.error != nil)
    case .closed(let closing):
      let span = past("runtime_cell.close", event.cell, closing.duration, call)
      span.attributes["cell.outcome"] = closing.outcome?.rawValue ?? "deadline_exceeded"
      span.attributes["cell.final"] = closing.isFinal
      span.end(nil, failed: closing.outcome == nil || closing.outcome == .error)
    case .swapSucceeded(let swap): end(swap, of: event.cell, call, failed: false)
    case .swapFailed(let swap): end(swap, of: event.cell, call, failed: true)
    }
  }

  private func end(_ attempt: CellEvent.Initialization, of cell: String, _ call: CallTrace?) {
    // A swap's tries have their own spans already.
    if call?.isSwap == true { return }
    let span = call?.takeAttempt() ?? past("runtime_cell.init", cell, attempt.duration)
    span.attributes["cell.attempt"] = Int64(clamping: attempt.attempt)
    span.attributes["cell.outcome"] = attempt.outcome.rawValue
    span.attributes["cell.waiters"] = Int64(attempt.waiters)
    if let generation = attempt.generation {
      span.attributes["cell.generation"] = Int64(clamping: generation.rawValue)
    }
    span.end(attempt.error, failed: attempt.outcome != .success)
  }

  private func end(_ swap: CellEvent.Swapping, of cell: String, _ call: CallTrace?, failed: Bool) {
    let span = call?.takeSwap() ?? past("runtime_cell.swap", cell, swap.duration, call)
    span.attributes["cell.attempts"] = Int64(swap.attempts)
    if let from = swap.from { span.attributes["cell.from"] = Int64(clamping: from.rawValue) }
    if let to = swap.to { span.attributes["cell.to"] = Int64(clamping: to.rawValue) }
    span.end(swap.error, failed: failed)
  }

  /// A span that began with its call, or `duration` ago when nothing is known of that.
  private func past(_ name: String, _ cell: String, _ duration: Duration, _ call: CallTrace? = nil) -> any Span {
    let nanoseconds = UInt64(duration.wholeNanoseconds)
    let now = DefaultTracerClock.now.nanosecondsSinceEpoch
    let begin = call?.begun ?? DefaultTracerClock.Timestamp(nanosecondsSinceEpoch: now - min(now, nanoseconds))
    let span = tracer.startSpan(name, context: call?.caller ?? .topLevel, ofKind: .internal, at: begin)
    span.attributes["cell.name"] = cell
    return span
  }
}
