/// Where the leases that are held were taken, for cells that record it: the answer to "who keeps this close waiting?".
final class LeaseSites: Sendable {
  private let held = Guarded<[ObjectIdentifier: LeaseSite]>([:])

  /// Notes a lease. The gate, if any, is left when it ends.
  func record(_ place: String, slot: Int, gate: CellGate?) -> LeaseSite {
    let site = LeaseSite(place: place, slot: slot, gate: gate, sites: self)
    held.withLock { $0[ObjectIdentifier(site)] = site }
    return site
  }

  fileprivate func remove(_ site: LeaseSite) {
    held.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(site)) }
  }

  /// The places where leases on that slot were taken, sorted; one that holds several appears as often.
  func places(slot: Int) -> [String] {
    held.withLock { held in held.values.filter { $0.slot == slot }.map(\.place) }.sorted()
  }
}

/// One lease that is held.
final class LeaseSite: LeaseEnding, @unchecked Sendable {
  // @unchecked: all constants.
  let place: String
  let slot: Int
  private let gate: CellGate?
  private let sites: LeaseSites

  fileprivate init(place: String, slot: Int, gate: CellGate?, sites: LeaseSites) {
    self.place = place
    self.slot = slot
    self.gate = gate
    self.sites = sites
    super.init()
  }

  override func leaseEnds() {
    sites.remove(self)
    gate?.leave()
  }
}
