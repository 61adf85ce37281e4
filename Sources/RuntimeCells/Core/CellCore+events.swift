internal import CellContract

extension CellCore {
  /// Events that observers have not seen yet.
  struct EventQueue {
    var sequence: UInt64 = 0
    var queues: [ObserverQueue]
    var catchUps: [CatchUp] = []
  }

  /// One that waits for the observers.
  struct CatchUp {
    /// The last event that each queue must have delivered.
    var targets: [UInt64]
    var continuation: CheckedContinuation<Void, Never>
  }

  /// Notes an event for the observers. Under the lock.
  func emit(_ kind: CellEvent.Kind, context: (any CellCallContext)? = nil) {
    guard !events.queues.isEmpty else { return }
    events.sequence += 1
    let event = CellEvent(cell: name, sequence: events.sequence, kind: kind, context: context)
    for index in events.queues.indices where events.queues[index].offer(event) {
      startDelivery(index, lane: events.queues[index].lane)
    }
  }

  private func startDelivery(_ index: Int, lane: ObserverLane?) {
    deferred.others.append { [self] in
      let pool = configuration.threads.observers
      if let lane {
        lane.submit(to: pool) { [self] in deliver(index) }
      } else {
        do { try pool.submitStallable { [self] in deliver(index) } } catch { deliver(index) }
      }
    }
  }

  /// Delivers what waits in a queue, in order, until nothing does. One delivery runs at a time for each queue.
  private func deliver(_ index: Int) {
    while true {
      let (batch, observers) = locked { (events.queues[index].nextBatch(), events.queues[index].observers) }
      guard let batch else { return }
      for event in batch {
        for observer in observers { observer.observe(event) }
      }
      locked {
        events.queues[index].didDeliver(batch)
        let delivered = events.queues.map(\.delivered)
        for waiting in events.catchUps where Self.reached(waiting.targets, delivered) {
          deferred.resumes.append { waiting.continuation.resume() }
        }
        events.catchUps.removeAll { Self.reached($0.targets, delivered) }
      }
    }
  }

  /// Returns when the observers have seen everything that happened before the call and was not dropped.
  func observersCaughtUp() async {
    await withCheckedContinuation { continuation in
      locked {
        let targets = events.queues.map(\.accepted)
        if Self.reached(targets, events.queues.map(\.delivered)) {
          deferred.resumes.append { continuation.resume() }
        } else {
          events.catchUps.append(CatchUp(targets: targets, continuation: continuation))
        }
      }
    }
  }

  private static func reached(_ targets: [UInt64], _ delivered: [UInt64]) -> Bool {
    zip(targets, delivered).allSatisfy { $0 <= $1 }
  }
}
