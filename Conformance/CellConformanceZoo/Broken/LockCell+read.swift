import CellConformance

extension LockCell {
  /// Runs `body` with the payload held, if it is there.
  func useIfReady(_ body: LeaseBody) throws {
    if defect == .readyReadDoesNothing { return }
    if defect == .readyReadInitializes, let factory = monitor.locked({ firstFactory }) {
      return try withValue(factory, body)
    }
    let found = monitor.locked { () -> Entry? in
      if defect == .readyReadWaits { while case .building = state { monitor.wait() } }
      guard case .ready(let entry) = state else { return nil }
      if defect != .readyReadUnprotected { entry.users += 1 }
      return entry
    }
    guard let entry = found else { return }
    let stale = defect == .readyReadStaleAfterSwap ? monitor.locked { replaced } : nil
    let result = Result { try body.run((stale ?? entry).probe) }
    if case .failure = result, defect == .readyReadLeaks { return try result.get() }
    leave(entry)
    try result.get()
  }

  // MARK: - What only a defect does

  func takeLoader() {
    shared.monitor.locked {
      while shared.loaders >= 4 { shared.monitor.wait() }
      shared.loaders += 1
    }
  }

  func giveBackLoader() {
    shared.monitor.locked {
      shared.loaders -= 1
      shared.monitor.broadcast()
    }
  }
}
