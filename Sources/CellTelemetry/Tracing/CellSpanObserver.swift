public import CellContract
import PrometheusMetrics
public import RuntimeCells
public import Tracing

/// Tells traces of what cells do: a span for each attempt to make a payload, each swap and each disposal.
///
/// A factory that was wrapped by ``traced(_:cell:)`` has its attempt's span open while it runs, as a child of the span in
/// which it was wrapped: wrap it where the cell is asked, and the span belongs to the caller whose factory runs, the
/// leader. Spans that the factory opens are children of it. Any other attempt gets its span afterwards, from its duration.
public final class CellSpanObserver: CellObserver {
  private let tracer: any Tracer
  /// The open spans of attempts, by cell: a cell runs one factory at a time.
  private let open = Locked<[String: any Span]>([:])

  /// An observer for any number of cells.
  public init(tracer: any Tracer) { self.tracer = tracer }

  /// A factory whose run is one span, `runtime_cell.init`, below the calling task's span.
  public func traced<Value: Sendable>(_ factory: CellFactory<Value>, cell: String) -> CellFactory<Value> {
    let context = InstrumentationContext.current ?? .topLevel
    switch factory {
    case .blocking(let make):
      return .blocking { [self] in
        try InstrumentationContext.withValue(begin(cell, context).context) { try make() }
      }
    case .async(let make):
      return .async { [self] in
        try await InstrumentationContext.withValue(begin(cell, context).context) { try await make() }
      }
    }
  }

  /// Ends or writes the spans that an event tells of.
  public func observe(_ event: CellEvent) {
    switch event.kind {
    case .initStarted, .closed, .seeded, .rolledBack, .leaseLeak, .gateOverloaded: break
    case .initialized(let attempt):
      let span =
        open.withLock { $0.removeValue(forKey: event.cell) } ?? past("runtime_cell.init", event.cell, attempt.duration)
      span.attributes["cell.attempt"] = Int64(clamping: attempt.attempt)
      span.attributes["cell.outcome"] = attempt.outcome.rawValue
      span.attributes["cell.waiters"] = Int64(attempt.waiters)
      if let generation = attempt.generation {
        span.attributes["cell.generation"] = Int64(clamping: generation.rawValue)
      }
      end(span, attempt.error, failed: attempt.outcome != .success)
    case .disposed(let disposal):
      let span = past("runtime_cell.dispose", event.cell, disposal.duration)
      span.attributes["cell.generation"] = Int64(clamping: disposal.generation.rawValue)
      end(span, disposal.error, failed: disposal.error != nil)
    case .swapSucceeded(let swap): write(swap, of: event.cell, failed: false)
    case .swapFailed(let swap): write(swap, of: event.cell, failed: true)
    }
  }

  private func write(_ swap: CellEvent.Swapping, of cell: String, failed: Bool) {
    let span = past("runtime_cell.swap", cell, swap.duration)
    span.attributes["cell.attempts"] = Int64(swap.attempts)
    if let from = swap.from { span.attributes["cell.from"] = Int64(clamping: from.rawValue) }
    if let to = swap.to { span.attributes["cell.to"] = Int64(clamping: to.rawValue) }
    end(span, swap.error, failed: failed)
  }

  private func begin(_ cell: String, _ context: InstrumentationContext) -> any Span {
    let span = tracer.startSpan("runtime_cell.init", context: context, ofKind: .internal)
    span.attributes["cell.name"] = cell
    // A span that is left from an attempt nobody told the end of must not stay open.
    open.withLock { $0.updateValue(span, forKey: cell) }?.end()
    return span
  }

  /// A span that began `duration` ago.
  private func past(_ name: String, _ cell: String, _ duration: Duration) -> any Span {
    let nanoseconds = UInt64(duration.wholeNanoseconds)
    let now = DefaultTracerClock.now.nanosecondsSinceEpoch
    let begin = DefaultTracerClock.Timestamp(nanosecondsSinceEpoch: now - min(now, nanoseconds))
    let span = tracer.startSpan(name, context: .topLevel, ofKind: .internal, at: begin)
    span.attributes["cell.name"] = cell
    return span
  }

  private func end(_ span: any Span, _ error: (any Error)?, failed: Bool) {
    if failed {
      // The code only: an error's text may hold what belongs into no trace.
      let code = error.map(CellEventRecord.code(of:))
      if let code { span.attributes["error.type"] = code }
      span.setStatus(SpanStatus(code: .error, message: code))
    }
    span.end()
  }
}
