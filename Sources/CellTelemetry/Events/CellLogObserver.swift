public import CellContract
public import CoreMetrics
public import Logging
public import RuntimeCells
import Tracing

/// Logs what cells do as structured events, without ever delaying a cell.
///
/// Events wait in a queue for a thread that calls the logger. When the log is slower than the cells for so long that the
/// queue is full, events are dropped: counted in `runtime_cell_events_dropped_total`, and told in the log by
/// `runtime_cell_events_dropped` before the next event. A line is logged in the trace of the call that led to its event,
/// if cells tell their spans (``CellSpanObserver``), so that a metadata provider can name it.
public final class CellLogObserver: CellObserver {
  private let queue: BoundedDelivery<CellEvent>
  private let dropped: Counter

  /// An observer for any number of cells.
  ///
  /// - Parameters:
  ///   - logger: where events go; its level decides which.
  ///   - factory: makes the counter of dropped events.
  ///   - capacity: how many events may wait.
  ///   - threads: where the logger is called; one thread of its own when none are given.
  public init(
    logger: Logger, factory: any MetricsFactory, capacity: Int = 1024,
    threads: DedicatedThreads = DedicatedThreads(name: "cell-log", count: 1)
  ) {
    dropped = Counter(label: CellMetric.eventsDroppedTotal.name, factory: factory)
    queue = BoundedDelivery(capacity: capacity, threads: threads) { batch, droppedBefore in
      if droppedBefore > 0 {
        let name = CellEventName.eventsDropped
        logger.log(
          level: name.level, "\(name.rawValue)", metadata: ["count": .stringConvertible(droppedBefore)])
      }
      for event in batch {
        let record = CellEventRecord(event)
        InstrumentationContext.withValue((event.context as? CallTrace)?.origin ?? .topLevel) {
          logger.log(level: record.level, "\(record.name.rawValue)", error: record.error, metadata: record.metadata)
        }
      }
    }
  }

  /// Every event comes here: the queue before the logger is bounded, and what it drops is counted here.
  public var delivery: CellDelivery { .lossless }

  /// Takes note of an event, or drops it when too many wait.
  public func observe(_ event: CellEvent) {
    if !queue.offer(event) { dropped.increment() }
  }

  /// Waits until every event observed before the call is logged; false when the deadline passed first.
  public func flush(within deadline: Duration) async -> Bool { await queue.flush(within: deadline) }
}
