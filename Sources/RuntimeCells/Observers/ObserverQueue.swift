internal import CellContract

/// Events on their way to one bounded observer, or to all lossless ones of a cell. Used under the cell's lock only.
struct ObserverQueue: Sendable {
  let observers: [any CellObserver]
  /// How many events may wait or be in delivery; nil means any number.
  let capacity: Int?
  /// Where a bounded observer is called; the lossless ones of a cell need no order among cells.
  let lane: ObserverLane?
  private var waiting: [CellEvent] = []
  private var inDelivery = 0
  private var isDelivering = false
  /// The last event that was taken in, and the last one that was delivered.
  private(set) var accepted: UInt64 = 0
  private(set) var delivered: UInt64 = 0
  private(set) var dropped: UInt64 = 0

  init(observers: [any CellObserver], capacity: Int?, lane: ObserverLane?) {
    self.observers = observers
    self.capacity = capacity
    self.lane = lane
  }

  /// The queues of a cell's observers.
  static func queues(for observers: [any CellObserver]) -> [ObserverQueue] {
    var lossless: [any CellObserver] = []
    var queues: [ObserverQueue] = []
    for observer in observers {
      switch observer.delivery {
      case .lossless: lossless.append(observer)
      case .bounded(let most):
        queues.append(
          ObserverQueue(observers: [observer], capacity: max(1, most), lane: ObserverLane.lane(for: observer)))
      }
    }
    if !lossless.isEmpty { queues.insert(ObserverQueue(observers: lossless, capacity: nil, lane: nil), at: 0) }
    return queues
  }

  /// Takes an event in, or drops it; says whether a delivery must be started.
  mutating func offer(_ event: CellEvent) -> Bool {
    if let capacity, waiting.count + inDelivery >= capacity {
      dropped += 1
      return false
    }
    waiting.append(event)
    accepted = event.sequence
    defer { isDelivering = true }
    return !isDelivering
  }

  /// What is to be delivered next; nil ends the delivery.
  mutating func nextBatch() -> [CellEvent]? {
    guard !waiting.isEmpty else {
      isDelivering = false
      return nil
    }
    defer { waiting = [] }
    inDelivery = waiting.count
    return waiting
  }

  /// The observers have seen a batch.
  mutating func didDeliver(_ batch: [CellEvent]) {
    inDelivery = 0
    delivered = batch.last?.sequence ?? delivered
  }
}
