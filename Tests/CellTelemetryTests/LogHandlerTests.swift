import CellContract
import CellTelemetry
import ExternalTools
import Foundation
import Logging
import PrometheusMetrics
import RuntimeCells
import Testing

@Suite("Log handlers")
struct LogHandlerTests {
  private static let time = WallTime(seconds: 1_795_457_107, nanoseconds: 42_999_999)

  @Test("A JSON line has its members in a fixed order, and values of their own kind")
  func jsonLine() throws {
    let sink = MemorySink()
    var handler = JSONLinesLogHandler(label: "cells", sink: sink, now: { Self.time })
    handler.metadata = [
      "request_id": "r-1", "zebra": .stringConvertible(1.5), "answer": "\(42)",
      "nested": ["a": [.stringConvertible(true), "x\"\n\u{1}"]],
    ]
    handler.log(
      event: event("hello \\ \"world\"", ["answer": .stringConvertible(42), "nan": .stringConvertible(Double.nan)]))
    #expect(
      sink.lines == [
        #"{"time":"2026-11-23T18:05:07.042Z","level":"warning","label":"cells","message":"hello \\ \"world\"","#
          + #""request_id":"r-1","source":"LogHandlerTests","metadata":{"answer":42,"nan":"nan","#
          + #""nested":{"a":[true,"x\"\n\u0001"]},"zebra":1.5}}"# + "\n"
      ])
    #expect(try JSONSerialization.jsonObject(with: Data(sink.lines[0].utf8)) is [String: Any])
  }

  @Test("An error is told as a problem, under the instance that the answer has")
  func problem() throws {
    let sink = MemorySink()
    let handler = JSONLinesLogHandler(label: "cells", sink: sink, now: { Self.time })
    var failure = event("failed", ["problem_instance": "urn:uuid:1"])
    failure.error = PrometheusMetricsError(.conflict, "taken", metric: "x")
    handler.log(event: failure)
    let text = try #require(sink.lines.first)
    let parsed = try JSONSerialization.jsonObject(with: Data(text.utf8))
    let line = try #require(parsed as? [String: Any])
    let problem = try #require(line["problem"] as? [String: Any])
    #expect(problem["instance"] as? String == "urn:uuid:1")
    #expect(problem["code"] as? String == "metrics.conflict")
    #expect(problem["type"] as? String == "/problems/invalid-metric")
    #expect(line["metadata"] == nil)
  }

  @Test("The instance of a problem that was only sent is told too")
  func instance() throws {
    let sink = MemorySink()
    let handler = JSONLinesLogHandler(label: "cells", sink: sink, now: { Self.time })
    handler.log(event: event("http_request", ["problem_instance": "urn:uuid:1"]))
    #expect(sink.lines.first?.hasSuffix(#""metadata":{"problem_instance":"urn:uuid:1"}}"# + "\n") == true)
  }

  @Test("A console line is one line, whatever the message holds")
  func console() {
    let sink = MemorySink()
    var handler = ConsoleLogHandler(label: "cells", sink: sink, now: { Self.time })
    handler.metadata = ["b": "two words", "a": "1", "c": "say \"hi\"", "d": ""]
    handler.log(event: event("evil\n18:00:00 INFO forged\u{1B}[31m", nil))
    #expect(
      sink.lines == [
        "18:05:07.042 WARNING  cells: evil 18:00:00 INFO forged [31m a=1 b=\"two words\" c=\"say \\\"hi\\\"\" d=\"\"\n"
      ])
  }

  @Test(
    "Times are those of the calendar",
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"), (951_782_399, "2000-02-28T23:59:59.000Z"),
      (951_782_400, "2000-02-29T00:00:00.000Z"),
      (1_709_251_199, "2024-02-29T23:59:59.000Z"), (4_107_542_400, "2100-03-01T00:00:00.000Z"),
      (-1, "1969-12-31T23:59:59.000Z"), (1_767_225_599, "2025-12-31T23:59:59.000Z"),
    ])
  func times(seconds: Int, text: String) {
    #expect(WallTime(seconds: Int64(seconds)).rfc3339 == text)
  }

  @Test("Levels and metadata of one handler do not leak into its copy")
  func valueSemantics() {
    for original in [
      JSONLinesLogHandler(label: "a", sink: MemorySink()) as any LogHandler,
      ConsoleLogHandler(label: "a", sink: MemorySink()),
    ] {
      var copy = original
      copy.logLevel = .trace
      copy[metadataKey: "x"] = "y"
      #expect(original.logLevel == .info && original[metadataKey: "x"] == nil)
      #expect(copy.metadata["x"] == "y")
    }
  }

  @Test("A sink that cannot write counts its losses and harms nobody")
  func brokenSink() async throws {
    let sink = DescriptorLogSink(descriptor: -1)
    let logger = Logger(label: "cells") { JSONLinesLogHandler(label: $0, sink: sink) }
    logger.warning("lost")
    #expect(sink.failedWrites == 1)

    let world = try World()
    let log = CellLogObserver(logger: logger, factory: world.factory)
    let cell = RuntimeCell(name: "faiss", configuration: world.configuration([log])) { 7 }
    try await cell.withValue { #expect($0 == 7) }
    #expect(try await cell.close() == .ok)
    await cell.observersCaughtUp()
    #expect(await log.flush(within: .seconds(3600)))
    #expect(sink.failedWrites == 5)
    #expect(world.count(.initTotal, "faiss", "success") == 1)
  }

  @Test("A bounded sink writes what it took, in order, and counts what it dropped")
  func boundedSink() async {
    let inner = MemorySink()
    let sink = BoundedLogSink(inner, capacity: 10_000)
    for number in 0..<500 { sink.write(Array("\(number)\n".utf8)) }
    #expect(await sink.flush(within: .seconds(3600)))
    #expect(inner.lines == (0..<500).map { "\($0)\n" })
    #expect(sink.dropped == 0)
  }

  @Test(
    "The lines of real cells pass the JSON Schema",
    .enabled(
      if: ExternalTool.python(importing: "jsonschema") != nil,
      "PyPI's jsonschema is not installed: run \(ExternalTool.provider)"))
  func schema() async throws {
    let sink = MemorySink()
    let logger = Logger(label: "cells") { JSONLinesLogHandler(label: $0, sink: sink) }
    let world = try World()
    let log = CellLogObserver(logger: logger, factory: world.factory)
    let cell = RuntimeCell(
      name: "faiss", configuration: world.configuration([log]), disposer: .blocking { _ in throw Broken() }
    ) {
      7
    }
    let failing = RuntimeCell(name: "xtr", configuration: world.configuration([log])) { () throws -> Int in
      throw Broken()
    }
    try await cell.withValue { #expect($0 == 7) }
    await #expect(throws: CellError.self) { try await failing.withValue { (_: Int) in } }
    _ = try await cell.close()
    _ = try await cell.close()
    await cell.observersCaughtUp()
    await failing.observersCaughtUp()
    #expect(await log.flush(within: .seconds(3600)))
    #expect(sink.lines.count == 7)
    try await LogSchema.expectValid(sink.lines)
  }

  private func event(_ message: String, _ metadata: Logger.Metadata?) -> LogEvent {
    LogEvent(
      level: .warning, message: "\(message)", metadata: metadata, source: "LogHandlerTests", file: #fileID,
      function: #function, line: #line)
  }
}

/// Keeps lines.
final class MemorySink: LogSink {
  private let kept = Locked<[String]>([])

  var lines: [String] { kept.withLock { $0 } }

  func write(_ line: [UInt8]) { kept.withLock { $0.append(String(decoding: line, as: UTF8.self)) } }
}
