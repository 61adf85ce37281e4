import PrometheusMetrics
package import RuntimeCells

/// Hands elements to a receiver that may be slow, on a thread of its own, in order, and never makes the giver wait.
///
/// At most `capacity` elements wait; further ones are dropped and counted. The receiver gets them in batches, and with
/// each batch the number that was dropped before it.
package final class BoundedDelivery<Element: Sendable>: Sendable {
  package typealias Receive = @Sendable (_ batch: [Element], _ droppedBefore: UInt64) -> Void

  private struct State {
    var waiting: [Element] = []
    var isDelivering = false
    /// Dropped since the last batch, and in all.
    var dropped: UInt64 = 0
    var droppedInAll: UInt64 = 0
    /// Accepted so far, and delivered so far.
    var accepted: UInt64 = 0
    var delivered: UInt64 = 0
    var flushes: [(upTo: UInt64, id: UInt64, continuation: CheckedContinuation<Bool, Never>)] = []
    var lastFlush: UInt64 = 0
    /// Flushes that have not returned; true once their deadline has passed, which may be before they wait.
    var isLate: [UInt64: Bool] = [:]
  }

  private let capacity: Int
  private let threads: DedicatedThreads
  private let receive: Receive
  private let state = Locked(State())

  package init(capacity: Int, threads: DedicatedThreads, receive: @escaping Receive) {
    self.capacity = max(1, capacity)
    self.threads = threads
    self.receive = receive
  }

  /// How many elements were dropped so far.
  package var dropped: UInt64 { state.withLock { $0.droppedInAll } }

  /// Takes an element, or drops it when too many wait; says which. Returns at once.
  @discardableResult
  package func offer(_ element: Element) -> Bool {
    let (taken, starts) = state.withLock { state in
      guard state.waiting.count < capacity else {
        state.dropped += 1
        state.droppedInAll += 1
        return (false, false)
      }
      state.waiting.append(element)
      state.accepted += 1
      defer { state.isDelivering = true }
      return (true, !state.isDelivering)
    }
    if starts { start() }
    return taken
  }

  /// Waits until everything accepted before the call was delivered; false when the deadline passed first.
  package func flush(within deadline: Duration) async -> Bool {
    let id = state.withLock { state in
      state.lastFlush += 1
      state.isLate[state.lastFlush] = false
      return state.lastFlush
    }
    let timer = Task {
      try await Task.sleep(for: deadline)
      self.giveUp(id)
    }
    defer {
      timer.cancel()
      state.withLock { _ = $0.isLate.removeValue(forKey: id) }
    }
    return await withCheckedContinuation { continuation in
      let answer: Bool? = state.withLock { state in
        if state.delivered >= state.accepted { return true }
        if state.isLate[id] == true { return false }
        state.flushes.append((state.accepted, id, continuation))
        return nil
      }
      if let answer { continuation.resume(returning: answer) }
    }
  }

  private func giveUp(_ id: UInt64) {
    let continuation = state.withLock { state in
      if state.isLate[id] != nil { state.isLate[id] = true }
      let index = state.flushes.firstIndex { $0.id == id }
      return index.map { state.flushes.remove(at: $0).continuation }
    }
    continuation?.resume(returning: false)
  }

  private func start() {
    do {
      try threads.submit { [self] in deliver() }
    } catch {
      // No thread can be had: the elements wait, and the next offer tries again.
      state.withLock { $0.isDelivering = false }
    }
  }

  private func deliver() {
    while true {
      let next: (batch: [Element], dropped: UInt64)? = state.withLock { state in
        guard !state.waiting.isEmpty else {
          state.isDelivering = false
          return nil
        }
        defer { (state.waiting, state.dropped) = ([], 0) }
        return (state.waiting, state.dropped)
      }
      guard let next else { return }
      receive(next.batch, next.dropped)
      let done = state.withLock { state in
        state.delivered += UInt64(next.batch.count)
        let delivered = state.delivered
        defer { state.flushes.removeAll { $0.upTo <= delivered } }
        return state.flushes.filter { $0.upTo <= delivered }
      }
      for flush in done { flush.continuation.resume(returning: true) }
    }
  }
}
