import CellContract
import CellTelemetry
import CoreMetrics
import Foundation
import Logging
import PrometheusMetrics
import RuntimeCells

/// What is measured.
struct Cases {
  private let registry = PrometheusRegistry()
  private var factory: PrometheusMetricsFactory { PrometheusMetricsFactory(registry: registry) }
  private let full = Cases.filled(series: 10_000)

  func run(_ name: String, threads: Int, count: Int) async -> Double? {
    switch name {
    case "counter":
      let counter = Counter(label: "counter", dimensions: [("a", "b")], factory: factory)
      return parallel(threads) { for _ in 0..<count { counter.increment() } } / Double(count)
    case "float-counter":
      let counter = FloatingPointCounter(label: "float", dimensions: [("a", "b")], factory: factory)
      return parallel(threads) { for _ in 0..<count { counter.increment(by: 0.5) } } / Double(count)
    case "gauge":
      let meter = Meter(label: "gauge", dimensions: [("a", "b")], factory: factory)
      return parallel(threads) { for number in 0..<count { meter.set(Double(number)) } } / Double(count)
    case "histogram":
      let recorder = Recorder(label: "size", dimensions: [("a", "b")], factory: factory)
      return parallel(threads) { for number in 0..<count { recorder.record(Double(number & 4095)) } } / Double(count)
    case "histogram-handler":
      // Without swift-metrics' `Recorder`, a class that is not final, around it.
      let handler = factory.makeRecorder(label: "size", dimensions: [("a", "b")], aggregate: true)
      return parallel(threads) { for number in 0..<count { handler.record(Double(number & 4095)) } } / Double(count)
    case "direct-gauge":
      let gauge = registry.gauge("direct_gauge", [("a", "b")])
      return parallel(threads) { for number in 0..<count { gauge.set(Double(number)) } } / Double(count)
    case "direct-histogram":
      let histogram = registry.histogram("direct_size", [("a", "b")])
      return parallel(threads) { for number in 0..<count { histogram.observe(Double(number & 4095)) } } / Double(count)
    case "timer":
      let timer = CoreMetrics.Timer(label: "time", dimensions: [("a", "b")], factory: factory)
      return parallel(threads) { for number in 0..<count { timer.recordNanoseconds(Int64(number & 0xFFFF_FFFF)) } }
        / Double(count)
    case "lookup":
      return parallel(threads) {
        for _ in 0..<count { Counter(label: "counter", dimensions: [("a", "b")], factory: factory).increment() }
      } / Double(count)
    case "scrape", "scrape-open":
      let format: ExpositionFormat = name == "scrape" ? .text004 : .openMetrics100
      var bytes = 0
      let time = parallel(1) { for _ in 0..<count { bytes += full.snapshot().encoded(as: format).count } }
      return bytes > 0 || count == 0 ? time / Double(max(1, count)) : nil
    case "cold-init": return await coldInit(observers: [], count: count)
    case "cold-init-observed": return await coldInit(observers: Self.observers(factory), count: count)
    case "cold-cycle": return await coldCycle(observers: [], count: count)
    case "cold-cycle-observed": return await coldCycle(observers: Self.observers(factory), count: count)
    case "ready-read": return await readyRead(observers: [], threads: threads, count: count)
    case "ready-read-observed":
      return await readyRead(observers: Self.observers(factory), threads: threads, count: count)
    default: return nil
    }
  }

  /// A registry as a large service has it: a tenth of the series are histograms with ten buckets.
  private static func filled(series: Int) -> PrometheusRegistry {
    var configuration = PrometheusRegistry.Configuration()
    configuration.maxSeriesPerMetric = series
    let registry = PrometheusRegistry(configuration: configuration)
    let factory = PrometheusMetricsFactory(registry: registry)
    for number in 0..<series {
      Counter(
        label: "requests_\(number % 10)", dimensions: [("route", "/r/\(number)"), ("status", "200")], factory: factory
      ).increment(by: number)
    }
    return registry
  }

  private static func observers(_ factory: PrometheusMetricsFactory) -> [any CellObserver] {
    [
      CellMetricsObserver(factory: factory),
      CellLogObserver(
        logger: Logger(label: "bench") { JSONLinesLogHandler(label: $0, sink: NullSink()) }, factory: factory),
    ]
  }

  private struct NullSink: LogSink {
    func write(_ line: [UInt8]) {}
  }

  /// From an empty cell to a lease on a payload that costs nothing, and back.
  private func coldInit(observers: [any CellObserver], count: Int) async -> Double? {
    let cell = RuntimeCell(name: "bench", configuration: CellConfiguration(observers: observers)) { () async -> Int in 7
    }
    let clock = ContinuousClock()
    var spent = Duration.zero
    for _ in 0..<count {
      let start = clock.now
      guard (try? await cell.withValue { $0 }) == 7 else { return nil }
      spent += clock.now - start
      _ = try? await cell.close()
      await cell.observersCaughtUp()
    }
    return spent / .nanoseconds(1) / Double(count)
  }

  /// Processor time of the whole process from an empty cell to a closed one whose observers have seen everything. On an idle
  /// machine the wall time of an initialisation is mostly that of waking threads.
  private func coldCycle(observers: [any CellObserver], count: Int) async -> Double? {
    let cell = RuntimeCell(name: "bench", configuration: CellConfiguration(observers: observers)) { () async -> Int in 7
    }
    let start = Self.processorTime()
    for _ in 0..<count {
      guard (try? await cell.withValue { $0 }) == 7 else { return nil }
      _ = try? await cell.close()
      await cell.observersCaughtUp()
    }
    return (Self.processorTime() - start) / Double(count)
  }

  /// Nanoseconds of processor time that this process has used.
  private static func processorTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
  }

  private func readyRead(observers: [any CellObserver], threads: Int, count: Int) async -> Double? {
    let cell = RuntimeCell(name: "bench", configuration: CellConfiguration(observers: observers)) { () async -> Int in 7
    }
    guard (try? await cell.withValue { $0 }) == 7 else { return nil }
    return parallel(threads) { for _ in 0..<count { _ = cell.withValueIfReady { $0 } } } / Double(count)
  }

  /// Nanoseconds until the last of some threads has done its work.
  private func parallel(_ threads: Int, _ body: @escaping () -> Void) -> Double {
    nonisolated(unsafe) let body = body
    let clock = ContinuousClock()
    let start = clock.now
    if threads == 1 {
      body()
    } else {
      DispatchQueue.concurrentPerform(iterations: threads) { _ in body() }
    }
    return (clock.now - start) / .nanoseconds(1)
  }
}
