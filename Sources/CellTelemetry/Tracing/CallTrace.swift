import CellContract
import PrometheusMetrics
import Tracing

/// The trace of one call to a cell, and the spans that its factories have open.
final class CallTrace: CellCallContext {
  private struct Open {
    var attempt: (any Span)?
    /// The last span that was begun here.
    var place: InstrumentationContext?
    /// Stays after its end, for a late try to belong to.
    var swap: (any Span)?
    var swapHasEnded = false
  }

  private let tracer: any Tracer
  /// What the caller was in.
  let caller: InstrumentationContext
  /// When the call was made.
  let begun = DefaultTracerClock.now
  private let open = Locked(Open())

  init(tracer: any Tracer, caller: InstrumentationContext) {
    self.tracer = tracer
    self.caller = caller
  }

  func run<R>(_ run: CellFactoryRun, _ body: () throws -> R) rethrows -> R {
    let span = begin(run)
    do {
      let result = try InstrumentationContext.withValue(span.context) { try body() }
      ended(run, span, nil)
      return result
    } catch {
      ended(run, span, error)
      throw error
    }
  }

  func run<R>(_ run: CellFactoryRun, _ body: () async throws -> R) async rethrows -> R {
    let span = begin(run)
    do {
      let result = try await InstrumentationContext.withValue(span.context) { try await body() }
      ended(run, span, nil)
      return result
    } catch {
      ended(run, span, error)
      throw error
    }
  }

  /// The span of the attempt that this call led to; the event that tells its end closes it.
  func takeAttempt() -> (any Span)? { open.withLock { $0.attempt.take() } }

  /// The span of the swap that this call asked for.
  func takeSwap() -> (any Span)? {
    open.withLock { open in
      defer { open.swapHasEnded = true }
      return open.swapHasEnded ? nil : open.swap
    }
  }

  /// Where in a trace the call's outcome belongs: its attempt's or swap's span, else its caller's.
  var place: InstrumentationContext { open.withLock { $0.place } ?? caller }

  /// Where the log tells it: in the caller's own trace, so that a request's lines are all found together; of a call
  /// outside any, in the trace that its attempt began.
  var origin: InstrumentationContext { caller.isEmpty ? place : caller }

  /// Whether the call was a swap whose factory ran.
  var isSwap: Bool { open.withLock { $0.swap != nil } }

  private func begin(_ run: CellFactoryRun) -> any Span {
    let span: any Span
    if let number = run.swapTry {
      span = tracer.startSpan("runtime_cell.init", context: swapSpan(run).context, ofKind: .internal)
      span.attributes["cell.swap_try"] = Int64(number)
    } else {
      // Not below the caller's span: the factory may outlive the request that it happens to be started by (D3).
      span = tracer.startSpan("runtime_cell.init", context: .topLevel, ofKind: .internal)
      if !caller.isEmpty { span.addLink(SpanLink(context: caller, attributes: [:])) }
      open.withLock { ($0.attempt, $0.place) = (span, span.context) }
    }
    span.attributes["cell.name"] = run.cell
    span.attributes["cell.attempt"] = Int64(clamping: run.attempt)
    return span
  }

  /// A swap lasts as long as its call does, so it is below the caller's span. One factory runs at a time.
  private func swapSpan(_ run: CellFactoryRun) -> any Span {
    if let span = open.withLock({ $0.swap }) { return span }
    let span = tracer.startSpan("runtime_cell.swap", context: caller, ofKind: .internal, at: begun)
    span.attributes["cell.name"] = run.cell
    open.withLock { ($0.swap, $0.place) = (span, span.context) }
    return span
  }

  private func ended(_ run: CellFactoryRun, _ span: any Span, _ error: (any Error)?) {
    if run.swapTry != nil { span.end(error, failed: error != nil) }
  }
}

extension Span {
  /// Ends it, with the code of what went wrong: an error's text may hold what belongs into no trace.
  func end(_ error: (any Error)?, failed: Bool) {
    if failed {
      let code = error.map(CellEventRecord.code(of:))
      if let code { attributes["error.type"] = code }
      setStatus(SpanStatus(code: .error, message: code))
    }
    end()
  }
}
