import CellConformance
import CellContract

extension LockCell {
  /// Queues an event for the cell's observer. Only inside the monitor.
  func tell(_ kind: CellEvent.Kind) {
    switch kind {
    case .initialized where defect == .eventEndMissing: return
    case .closed where defect == .eventCloseMissing: return
    case .seeded where defect == .eventSeedMissing: return
    case .swapSucceeded where defect == .eventSwapMissing: return
    case .rolledBack where defect == .eventRollBackMissing: return
    case .leaseLeak where defect == .eventLeakMissing: return
    case .gateOverloaded where defect == .eventOverloadMissing: return
    case .disposed where defect == .eventDisposedTwice: enqueue(kind)
    default: break
    }
    enqueue(kind)
  }

  private func enqueue(_ kind: CellEvent.Kind) {
    sequence += defect == .eventSequenceGap ? 2 : 1
    events.append(CellEvent(cell: name, sequence: sequence, kind: kind))
    if defect == .observerUnderLock {
      for event in events { world.observe(event) }
      events = []
    } else if defect != .observerDelaysCallers, !isTelling {
      // A thread of its own, so that no caller waits for an observer.
      isTelling = (try? KitThread.start("lock-observer") { self.tellAll() }) != nil
    }
  }

  /// Tells what is queued, in order, until nothing is left.
  func tellAll() {
    while true {
      let next = monitor.locked { () -> CellEvent? in
        if events.isEmpty {
          isTelling = false
          return nil
        }
        return events.removeFirst()
      }
      guard let next else { return }
      world.observe(next)
    }
  }

  /// How long ago that was, by the world's clock.
  func since(_ begun: Duration) -> Duration { defect == .durationsMissing ? .zero : world.clock.now.offset - begun }

  func told(disposalOf generation: UInt64, wasPublished: Bool, error: (any Error)? = nil) {
    tell(
      .disposed(
        .init(generation: CellGeneration(generation), wasPublished: wasPublished, duration: .zero, error: error)))
  }

  func ended(_ flight: Flight, _ outcome: CellEvent.Initialization.Outcome, error: (any Error)? = nil) {
    tell(
      .initialized(
        .init(
          attempt: attempts, outcome: outcome, generation: outcome == .success ? CellGeneration(generation) : nil,
          duration: since(flight.begun), waiters: 0, error: error)))
  }
}
