import CellContract
import CellTelemetry
import InMemoryTracing
import RuntimeCells
import Testing
import Tracing

@Suite("Cell spans")
struct CellSpanTests {
  @Test("An attempt's span is a child of its leader's, and parent of what the factory opens", arguments: [true, false])
  func leader(blocking: Bool) async throws {
    let tracer = InMemoryTracer()
    let spans = CellSpanObserver(tracer: tracer)
    let world = try World()
    let cell = RuntimeCell<Int>(name: "faiss", configuration: world.configuration([spans]))
    let factory: CellFactory<Int> =
      blocking
      ? .blocking { tracer.withSpan("load") { _ in 7 } }
      : .async {
        await tracer.withSpan("load") { _ in
          await Task.yield()
          return 7
        }
      }
    try await tracer.withSpan("request") { _ in
      try await cell.withValue(initializedBy: spans.traced(factory, cell: "faiss")) { #expect($0 == 7) }
    }
    await cell.observersCaughtUp()
    let request = try #require(tracer.finishedSpans.first { $0.operationName == "request" })
    let attempt = try #require(tracer.finishedSpans.first { $0.operationName == "runtime_cell.init" })
    let load = try #require(tracer.finishedSpans.first { $0.operationName == "load" })
    #expect(attempt.traceID == request.traceID)
    #expect(attempt.parentSpanID == request.spanID)
    #expect(load.parentSpanID == attempt.spanID)
    #expect(attempt.attributes.get("cell.name") == .string("faiss"))
    #expect(attempt.attributes.get("cell.outcome") == .string("success"))
    #expect(attempt.attributes.get("cell.generation") == .int64(1))
    #expect(attempt.status == nil)
    #expect(tracer.activeSpans.isEmpty)
  }

  @Test("A failed attempt's span has the error's code and not its text")
  func failure() async throws {
    let tracer = InMemoryTracer()
    let spans = CellSpanObserver(tracer: tracer)
    let world = try World()
    let cell = RuntimeCell<Int>(name: "faiss", configuration: world.configuration([spans]))
    let factory = spans.traced(.blocking { () throws -> Int in throw Broken() }, cell: "faiss")
    await #expect(throws: CellError.self) { try await cell.withValue(initializedBy: factory) { _ in } }
    await cell.observersCaughtUp()
    let attempt = try #require(tracer.finishedSpans.first)
    #expect(attempt.status?.code == .error)
    #expect(attempt.attributes.get("error.type") == .string("CellTelemetryTests.Broken"))
    #expect(attempt.errors.isEmpty)
    #expect(tracer.activeSpans.isEmpty)
  }

  @Test("An unwrapped factory's attempt and a disposal get their spans afterwards, with their durations")
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
