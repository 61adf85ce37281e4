public import RuntimeCells

/// Lets a slow sink delay nobody: lines wait for a thread of its own, and when too many do, further ones are dropped and
/// counted.
public final class BoundedLogSink: LogSink {
  private let delivery: BoundedDelivery<[UInt8]>

  /// A queue before `sink`.
  ///
  /// - Parameters:
  ///   - capacity: how many lines may wait.
  ///   - threads: where `sink` is called; one thread of its own when none are given.
  public init(
    _ sink: any LogSink, capacity: Int = 4096,
    threads: DedicatedThreads = DedicatedThreads(name: "log-write", count: 1)
  ) {
    delivery = BoundedDelivery(capacity: capacity, threads: threads) { lines, _ in
      for line in lines { sink.write(line) }
    }
  }

  /// How many lines were dropped.
  public var dropped: UInt64 { delivery.dropped }

  /// Takes a line, or drops it.
  public func write(_ line: [UInt8]) { delivery.offer(line) }

  /// Waits until every line taken before the call is written; false when the deadline passed first.
  public func flush(within deadline: Duration) async -> Bool { await delivery.flush(within: deadline) }
}
