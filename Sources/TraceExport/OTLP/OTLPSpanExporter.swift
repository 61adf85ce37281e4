import CellTelemetry
import Foundation
import PrometheusMetrics
public import RuntimeCells
import Synchronization

/// Sends finished spans to an OpenTelemetry collector as OTLP over HTTP in JSON.
///
/// Spans wait in a queue for a thread of the exporter's own, so that ending a span never waits. Whatever came together
/// while a request was under way goes out as the next one. A request that the collector could not take is sent again a few
/// times with growing pauses; what it refuses, and what does not fit into the queue, is dropped and counted.
public final class OTLPSpanExporter: SpanSink {
  /// How the exporter works.
  public struct Configuration: Sendable {
    /// What the spans come from; `service.name` should be in it.
    public var resource: [String: String]
    /// How many spans may wait.
    public var capacity = 4096
    /// How many spans one request holds at most.
    public var maxBatch = 512
    /// How often one request is sent at most.
    public var maxAttempts = 4
    /// The pause before the second attempt; each further one is twice as long.
    public var firstPause = Duration.milliseconds(250)

    /// The defaults, for a service of that name.
    public init(serviceName: String) { resource = ["service.name": serviceName] }
  }

  private let delivery: BoundedDelivery<FinishedSpan>
  private let refused: RefusedSpans

  /// An exporter.
  ///
  /// - Parameters:
  ///   - threads: where the transport is called; one thread of its own when none are given.
  ///   - pause: waits between attempts, on that thread; tests bring their own.
  public init(
    _ transport: any OTLPTransport, configuration: Configuration,
    threads: DedicatedThreads = DedicatedThreads(name: "otlp", count: 1),
    pause: @escaping @Sendable (Duration) -> Void = sleepOnThread
  ) {
    let refused = RefusedSpans()
    self.refused = refused
    let encoder = OTLPEncoder(resource: configuration.resource)
    let size = max(1, configuration.maxBatch)
    delivery = BoundedDelivery(capacity: configuration.capacity, threads: threads) { spans, _ in
      for start in stride(from: 0, to: spans.count, by: size) {
        let batch = Array(spans[start..<min(start + size, spans.count)])
        if !Self.send(encoder.encode(batch), transport, configuration, pause) { refused.add(batch.count) }
      }
    }
  }

  /// Lets the calling thread sleep.
  public static let sleepOnThread: @Sendable (Duration) -> Void = { Thread.sleep(forTimeInterval: $0 / .seconds(1)) }

  /// Spans that never reached the collector: the queue was full, or the collector did not take them.
  public var dropped: UInt64 { delivery.dropped + refused.total }

  /// Queues a span, or drops it.
  public func take(_ span: FinishedSpan) { delivery.offer(span) }

  /// Waits until every span taken before the call was sent or given up; false when the deadline passed first. Call it at
  /// shutdown.
  public func flush(within deadline: Duration) async -> Bool { await delivery.flush(within: deadline) }

  private static func send(
    _ body: [UInt8], _ transport: any OTLPTransport, _ configuration: Configuration,
    _ pause: @Sendable (Duration) -> Void
  ) -> Bool {
    var wait = configuration.firstPause
    for attempt in 1...max(1, configuration.maxAttempts) {
      switch transport.post(body) {
      case .accepted: return true
      case .refused: return false
      case .retryable:
        guard attempt < configuration.maxAttempts else { return false }
        pause(wait)
        wait *= 2
      }
    }
    return false
  }

  private final class RefusedSpans: Sendable {
    private let count = Atomic<UInt64>(0)
    var total: UInt64 { count.load(ordering: .relaxed) }
    func add(_ amount: Int) { count.wrappingAdd(UInt64(amount), ordering: .relaxed) }
  }
}
