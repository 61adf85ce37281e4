import CellContract
import Dispatch
import InMemoryLogging
import Logging
import PrometheusMetrics
import RuntimeCells
import Testing

@testable import CellTelemetry

@Suite("Cell events in the log")
struct CellLogTests {
  @Test("Each attempt, disposal and close is one line with its fields")
  func lines() async throws {
    let world = try World()
    let handler = InMemoryLogHandler()
    let log = CellLogObserver(logger: Logger(label: "cells") { _ in handler }, factory: world.factory)
    let tries = Locked(0)
    let cell = RuntimeCell(name: "faiss", configuration: world.configuration([log])) { () throws -> Int in
      let number = tries.withLock { tries in
        tries += 1
        return tries
      }
      if number == 1 { throw Broken() }
      return 7
    }
    await #expect(throws: CellError.self) { _ = try await cell.lease() }
    try await cell.withValue { _ in }
    _ = try await cell.close()
    await cell.observersCaughtUp()
    #expect(await log.flush(within: .seconds(3600)))

    let entries = handler.entries
    #expect(
      entries.map(\.message.description) == [
        "runtime_cell_init_started", "runtime_cell_initialized", "runtime_cell_init_started",
        "runtime_cell_initialized", "runtime_cell_disposed", "runtime_cell_closed",
      ])
    #expect(entries.map(\.level) == [.info, .warning, .info, .info, .info, .info])
    #expect(entries[0].metadata["attempt"]?.description == "1")
    let failure = entries[1].metadata
    #expect(failure["cell"]?.description == "faiss")
    #expect(failure["outcome"]?.description == "error")
    #expect(failure["attempt"]?.description == "1")
    #expect(failure["error"]?.description == "CellTelemetryTests.Broken")
    #expect(failure["generation"] == nil)
    #expect(entries[3].metadata["outcome"]?.description == "success")
    #expect(entries[3].metadata["generation"]?.description == "1")
    #expect(entries[5].metadata["outcome"]?.description == "ok")
    #expect(entries.compactMap { $0.metadata["sequence"]?.description } == ["1", "2", "3", "4", "5", "6"])
  }

  @Test("Fields tell an error by its code, never by its text")
  func secrets() {
    let error = CellError(.initializationFailed, cell: "faiss", message: "password=hunter2", underlying: Broken())
    for kind in [
      CellEvent.Kind.initialized(
        .init(attempt: 1, outcome: .error, generation: nil, duration: .zero, waiters: 1, error: error)),
      .disposed(.init(generation: CellGeneration(1), wasPublished: true, duration: .zero, error: Broken())),
    ] {
      let record = CellEventRecord(CellEvent(cell: "faiss", sequence: 1, kind: kind))
      #expect(!record.metadata.description.contains("hunter2"))
      #expect(record.metadata["error"] != nil)
    }
  }

  @Test("A log that hangs delays no cell and loses no metric; what did not fit is counted and told")
  func slowSink() async throws {
    let world = try World()
    let handler = HangingLogHandler()
    let log = CellLogObserver(
      logger: Logger(label: "cells") { _ in handler }, factory: world.factory, capacity: 4)
    let cell = RuntimeCell(name: "faiss", configuration: world.configuration([log])) { 7 }
    let rounds = 50
    for _ in 0..<rounds {
      try await cell.withValue { #expect($0 == 7) }
      #expect(try await cell.close() == .ok)
    }
    await cell.observersCaughtUp()
    // All of that happened while the log hung in its first line.
    #expect(handler.inner.entries.isEmpty)
    #expect(world.count(.initTotal, "faiss", "success") == UInt64(rounds))
    #expect(world.count(.closeTotal, "faiss", "ok") == UInt64(rounds))
    let dropped = try #require(world.count(.eventsDroppedTotal))
    // At most one batch of four is in the handler's hands and four more wait.
    #expect(dropped >= UInt64(4 * rounds - 8))
    #expect(await log.flush(within: .zero) == false)

    handler.gate.signal()
    #expect(await log.flush(within: .seconds(3600)))
    _ = try await cell.lease()
    await cell.observersCaughtUp()
    #expect(await log.flush(within: .seconds(3600)))
    // In one line, or in two when some were dropped before the first batch was taken.
    let told = handler.inner.entries.filter { $0.message == "runtime_cell_events_dropped" }
    #expect(told.compactMap { $0.metadata["count"].flatMap { UInt64($0.description) } }.reduce(0, +) == dropped)
    #expect(told.allSatisfy { $0.level == .warning })
  }

  /// Hangs in its first line until the gate is opened.
  private struct HangingLogHandler: LogHandler {
    var inner = InMemoryLogHandler()
    let gate = DispatchSemaphore(value: 0)
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      gate.wait()
      gate.signal()
      inner.log(event: event)
    }
  }
}
