internal import CellContract

/// Leases of cells that have a gate or record who holds leases: apart from the path of those that have neither.
extension RuntimeCell {
  /// Passes the gate first, so that those who queue there hold no lease.
  @usableFromInline
  func tendedLease(
    deadline: Duration?, _ factory: CellFactory<Value>?, _ fileID: StaticString, _ line: UInt
  ) async throws -> Lease<Value> {
    try await gate?.enter()
    do {
      noteDependency()
      var entry = ground.enter()
      if entry == nil { entry = try await wait(deadline: deadline, factory) }
      guard let entry else { throw CancellationError() }
      return tended(entry, fileID, line)
    } catch {
      gate?.leave()
      throw error
    }
  }

  /// A lease at once, or none.
  @usableFromInline
  func tendedLeaseIfReady(_ fileID: StaticString, _ line: UInt) -> Lease<Value>? {
    guard gate?.tryEnter() ?? true else { return nil }
    guard let entry = ground.enter() else {
      gate?.leave()
      return nil
    }
    return tended(entry, fileID, line)
  }

  /// The lease on what was counted, with whoever is to be told of its end.
  func tended(_ entry: CellEntry, _ fileID: StaticString, _ line: UInt) -> Lease<Value> {
    let place = payloads + entry.slot
    if let sites = core.sites {
      let site = sites.record("\(fileID):\(line)", slot: entry.slot, gate: gate)
      return Lease(entry, place, ending: .passUnretained(site))
    }
    return Lease(entry, place, ending: gate.map { .passUnretained($0) })
  }
}
