import CellContract
import CellTelemetry
import Foundation
import InMemoryLogging
import InMemoryTracing
import Logging
import PrometheusMetrics
import RuntimeCells
import Testing
import Tracing

@Suite("Instrumentation")
struct InstrumentationTests {
  @Test("One call has a cell's metrics, log and spans seen", arguments: [false, true])
  func everything(compatNames: Bool) async throws {
    let registry = PrometheusRegistry()
    let handler = InMemoryLogHandler()
    let tracer = InMemoryTracer()
    let seen = try CellInstrumentation(
      registry: registry, logger: Logger(label: "cells") { _ in handler }, tracer: tracer,
      settings: CellTelemetrySettings(compatNames: compatNames))
    var configuration = CellConfiguration()
    seen.attach(to: &configuration)
    let cell = RuntimeCell(name: "faiss", configuration: configuration) { 7 }
    try seen.show { [cell.snapshot()] }
    seen.prepare(cells: ["faiss"])
    try await cell.withValue { _ in }
    await cell.observersCaughtUp()
    #expect(await seen.flush(within: .seconds(3600)))
    let scrape = registry.snapshot()
    #expect(scrape.value("runtime_cell_init_total", "faiss", "success") == .counter(whole: 1))
    #expect(scrape.value("runtime_cell_ready", "faiss") == .gauge(1))
    #expect(handler.entries.map { "\($0.message)" } == ["runtime_cell_init_started", "runtime_cell_initialized"])
    #expect(tracer.finishedSpans.map(\.operationName) == ["runtime_cell.init"])
    // The drafts' names are there exactly when the setting says so, all of them.
    let drafts = CellMetric.all.filter(\.isCompat).map(\.name)
    #expect(drafts.count == 7)
    for name in drafts { #expect((scrape[name] != nil) == compatNames, "\(name)") }
  }

  @Test("Metrics alone are enough, and a registry with another metric of a cell's name is refused")
  func refusals() async throws {
    let registry = PrometheusRegistry()
    let seen = try CellInstrumentation(registry: registry)
    #expect(await seen.flush(within: .zero))
    let other = PrometheusRegistry()
    try other.describe(MetricDescriptor(name: "runtime_cell_ready", kind: .histogram, help: "Else.", buckets: .sizes))
    #expect(throws: PrometheusMetricsError.self) { try CellInstrumentation(registry: other) }
  }

  @Test("An initialisation's exemplar names its own trace, not the request's")
  func exemplars() async throws {
    var configuration = PrometheusRegistry.Configuration()
    configuration.exemplars = ExemplarSource(
      now: { 0 },
      labels: { InstrumentationContext.current?.inMemorySpanContext.map { [("trace_id", $0.traceID)] } ?? [] })
    let registry = PrometheusRegistry(configuration: configuration)
    let tracer = InMemoryTracer()
    let seen = try CellInstrumentation(registry: registry, tracer: tracer)
    var cells = CellConfiguration()
    seen.attach(to: &cells)
    let cell = RuntimeCell(name: "faiss", configuration: cells) { 7 }
    try await tracer.withSpan("request") { _ in try await cell.withValue { _ in } }
    await cell.observersCaughtUp()
    let attempt = try #require(tracer.finishedSpans.first { $0.operationName == "runtime_cell.init" })
    guard case .histogram(let value)? = registry.snapshot().value("runtime_cell_init_seconds", "faiss") else {
      Issue.record("no histogram")
      return
    }
    #expect(value.exemplars?.compactMap { $0?.labels["trace_id"] } == [attempt.traceID])
  }

  @Test("The lines of what a request led to are in the request's trace; without one, in the attempt's")
  func traces() async throws {
    let handler = InMemoryLogHandler()
    let tracer = InMemoryTracer()
    let provider = Logger.MetadataProvider {
      InstrumentationContext.current?.inMemorySpanContext.map { ["trace_id": "\($0.traceID)"] } ?? [:]
    }
    let logger = Logger(label: "cells") { _ in ProvidedLogHandler(inner: handler, provider: provider) }
    let seen = try CellInstrumentation(registry: PrometheusRegistry(), logger: logger, tracer: tracer)
    var configuration = CellConfiguration()
    seen.attach(to: &configuration)
    let cell = RuntimeCell(name: "faiss", configuration: configuration) { 7 }
    try await tracer.withSpan("request") { _ in try await cell.withValue { _ in } }
    _ = try await cell.close()
    try await cell.withValue { _ in }
    await cell.observersCaughtUp()
    #expect(await seen.flush(within: .seconds(3600)))
    let request = try #require(tracer.finishedSpans.first { $0.operationName == "request" })
    let attempt = try #require(tracer.finishedSpans.last { $0.operationName == "runtime_cell.init" })
    let told = handler.entries.map { "\($0.message) \($0.metadata["trace_id"]?.description ?? "-")" }
    #expect(
      told.filter { $0.hasPrefix("runtime_cell_initialized") } == [
        "runtime_cell_initialized \(request.traceID)", "runtime_cell_initialized \(attempt.traceID)",
      ])
    #expect(told.first == "runtime_cell_init_started \(request.traceID)")
  }

  /// What a handler with a metadata provider does.
  private struct ProvidedLogHandler: LogHandler {
    var inner: InMemoryLogHandler
    let provider: Logger.MetadataProvider
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      var event = event
      event.metadata = provider.get().merging(event.metadata ?? [:]) { $1 }
      inner.log(event: event)
    }
  }
}
