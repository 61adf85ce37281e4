internal import CellContract

extension CellCore {
  /// Events that observers have not seen yet.
  struct EventQueue {
    var sequence: UInt64 = 0
    var delivered: UInt64 = 0
    var pending: [CellEvent] = []
    var isDelivering = false
    var catchUps: [(sequence: UInt64, continuation: CheckedContinuation<Void, Never>)] = []
  }

  /// Notes an event for the observers. Under the lock.
  func emit(_ kind: CellEvent.Kind) {
    guard !configuration.observers.isEmpty else { return }
    events.sequence += 1
    events.pending.append(CellEvent(cell: name, sequence: events.sequence, kind: kind))
    guard !events.isDelivering else { return }
    events.isDelivering = true
    deferred.others.append { [self] in
      do { try configuration.threads.observers.submit { [self] in deliver() } } catch { deliver() }
    }
  }

  /// Delivers what is pending, in order, until nothing is. One delivery runs at a time for each cell.
  private func deliver() {
    while true {
      let batch: [CellEvent]? = locked {
        let batch = events.pending
        events.pending = []
        if batch.isEmpty {
          events.isDelivering = false
          return nil
        }
        return batch
      }
      guard let batch else { return }
      for event in batch {
        for observer in configuration.observers { observer.observe(event) }
      }
      locked {
        events.delivered = batch.last?.sequence ?? events.delivered
        let reached = events.delivered
        for waiting in events.catchUps where waiting.sequence <= reached {
          deferred.resumes.append { waiting.continuation.resume() }
        }
        events.catchUps.removeAll { $0.sequence <= reached }
      }
    }
  }

  /// Returns when the observers have seen everything that happened before the call.
  func observersCaughtUp() async {
    await withCheckedContinuation { continuation in
      locked {
        if events.delivered >= events.sequence {
          deferred.resumes.append { continuation.resume() }
        } else {
          events.catchUps.append((events.sequence, continuation))
        }
      }
    }
  }
}
