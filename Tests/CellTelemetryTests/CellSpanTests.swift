import CellContract
import CellTelemetry
import InMemoryTracing
import PrometheusMetrics
import RuntimeCells
import Testing
import Tracing

@Suite("Cell spans")
struct CellSpanTests {
  /// A cell that tells its spans, with a factory of its own.
  private func cell(_ tracer: InMemoryTracer, blocking: Bool, authority: SwapAuthority? = nil) throws -> RuntimeCell<
    Int
  > {
    var configuration = try World().configuration()
    configuration.environment = CellEnvironment([CellGuard.swapVariable: "1"])
    configuration.swapAuthority = authority
    CellSpanObserver(tracer: tracer).attach(to: &configuration)
    guard blocking else {
      return RuntimeCell(name: "faiss", configuration: configuration) { () async -> Int in
        await tracer.withSpan("load") { _ in
          await Task.yield()
          return 7
        }
      }
    }
    return RuntimeCell(name: "faiss", configuration: configuration) { tracer.withSpan("load") { _ in 7 } }
  }

  private func span(_ name: String, of tracer: InMemoryTracer) throws -> FinishedInMemorySpan {
    let found = tracer.finishedSpans.filter { $0.operationName == name }
    #expect(found.count == 1, "\(name): \(found.count) spans")
    return try #require(found.first)
  }

  private func linked(_ span: FinishedInMemorySpan) -> [String?] {
    span.links.map { $0.context.inMemorySpanContext?.spanID }
  }

  @Test(
    "An attempt's span is linked to its leader's, a root, and parent of what the factory opens",
    arguments: [true, false])
  func leader(blocking: Bool) async throws {
    let tracer = InMemoryTracer()
    let cell = try cell(tracer, blocking: blocking)
    try await tracer.withSpan("request") { _ in
      try await cell.withValue { #expect($0 == 7) }
    }
    await cell.observersCaughtUp()
    let (request, attempt, load) = (
      try span("request", of: tracer), try span("runtime_cell.init", of: tracer), try span("load", of: tracer)
    )
    #expect(attempt.parentSpanID == nil)
    #expect(attempt.traceID != request.traceID, "the trace of the request is cut")
    #expect(linked(attempt) == [request.spanID])
    #expect(load.parentSpanID == attempt.spanID)
    #expect(attempt.attributes.get("cell.name") == .string("faiss"))
    #expect(attempt.attributes.get("cell.outcome") == .string("success"))
    #expect(attempt.attributes.get("cell.generation") == .int64(1))
    #expect(attempt.status == nil)
    #expect(tracer.activeSpans.isEmpty)
  }

  @Test("A caller without a span is not linked to")
  func alone() async throws {
    let tracer = InMemoryTracer()
    let cell = try cell(tracer, blocking: true)
    try await cell.withValue { _ in }
    await cell.observersCaughtUp()
    #expect(try span("runtime_cell.init", of: tracer).links.isEmpty)
  }

  @Test("A failed attempt's span has the error's code and not its text")
  func failure() async throws {
    let tracer = InMemoryTracer()
    let cell = try cell(tracer, blocking: true)
    await #expect(throws: CellError.self) {
      try await cell.withValue(initializedBy: .blocking { throw Broken() }) { _ in }
    }
    await cell.observersCaughtUp()
    let attempt = try span("runtime_cell.init", of: tracer)
    #expect(attempt.status?.code == .error)
    #expect(attempt.attributes.get("error.type") == .string("CellTelemetryTests.Broken"))
    #expect(attempt.errors.isEmpty)
    #expect(tracer.activeSpans.isEmpty)
  }

  @Test("A swap's span is below its caller's, each try below the swap; a close's is below its caller's")
  func swapAndClose() async throws {
    let tracer = InMemoryTracer()
    let authority = SwapAuthority()
    let cell = try cell(tracer, blocking: true, authority: authority)
    try await cell.withValue { _ in }
    await cell.observersCaughtUp()
    tracer.clearFinishedSpans()
    let tries = Locked(0)
    _ = try await tracer.withSpan("admin") { _ in
      try await cell.swap(
        permit: authority.permit(reason: "test"), options: SwapOptions(backoff: Backoff(initial: .zero)),
        factory: .blocking {
          guard
            tries.withLock({ tries in
              tries += 1; return tries
            }) > 1
          else { throw Broken() }
          return 8
        })
    }
    _ = try await tracer.withSpan("stop") { _ in try await cell.close() }
    await cell.observersCaughtUp()
    let swap = try span("runtime_cell.swap", of: tracer)
    #expect(swap.parentSpanID == (try span("admin", of: tracer)).spanID)
    #expect(swap.attributes.get("cell.attempts") == .int64(2))
    #expect(swap.attributes.get("cell.to") == .int64(2))
    let attempts = tracer.finishedSpans.filter { $0.operationName == "runtime_cell.init" }
    #expect(attempts.map(\.parentSpanID) == [swap.spanID, swap.spanID])
    #expect(attempts.map { $0.attributes.get("cell.swap_try") } == [.int64(1), .int64(2)])
    #expect(attempts.map { $0.status?.code } == [.error, nil])
    let close = try span("runtime_cell.close", of: tracer)
    #expect(close.parentSpanID == (try span("stop", of: tracer)).spanID)
    #expect(close.attributes.get("cell.outcome") == .string("ok"))
    #expect(tracer.activeSpans.isEmpty)
  }

  @Test("As a mere observer it writes spans afterwards, with their durations")
  func afterwards() async throws {
    let tracer = InMemoryTracer()
    let observer = CellSpanObserver(tracer: tracer)
    observer.observe(
      CellEvent(
        cell: "faiss", sequence: 1,
        kind: .initialized(
          .init(
            attempt: 2, outcome: .success, generation: CellGeneration(3), duration: .milliseconds(250), waiters: 1,
            error: nil))))
    observer.observe(
      CellEvent(
        cell: "faiss", sequence: 2,
        kind: .disposed(
          .init(generation: CellGeneration(3), wasPublished: true, duration: .milliseconds(50), error: Broken()))))
    let finished = tracer.finishedSpans
    #expect(finished.map(\.operationName) == ["runtime_cell.init", "runtime_cell.dispose"])
    let lengths = finished.map { $0.endInstant.nanosecondsSinceEpoch - $0.startInstant.nanosecondsSinceEpoch }
    #expect(lengths[0] >= 250_000_000)
    #expect(lengths[1] >= 50_000_000 && lengths[1] < lengths[0])
    #expect(finished.map { $0.status?.code } == [nil, .error])
  }
}
