/// The part of a cell's core that does not depend on the payload's type.
class CellCoreBase: @unchecked Sendable {
  // @unchecked: subclasses use their mutable state under the ground's lock only.
  let name: String
  let ground: CellGround
  /// Limits the users, if the cell is configured so. Set while the core is made.
  final var gate: CellGate?
  /// Records who holds leases, if the cell is configured so. Set while the core is made.
  final var sites: LeaseSites?

  init(name: String, stripes: Int, readPath: ReadPath) {
    self.name = name
    ground = CellGroundPool.shared.take(stripes: stripes)
    ground.lock()
    ground.cold.pointee.owner = .passUnretained(self)
    ground.cold.pointee.takesMarks = readPath == .marked && ReadPath.canMark
    ground.unlock()
  }

  deinit {
    ground.lock()
    ground.cold.pointee.owner = nil
    ground.unlock()
    CellGroundPool.shared.giveBack(ground)
  }

  /// A lease on a draining slot ended. Called under the lock; the result is performed after it.
  func leaseEnded(slot: Int) -> DeferredWork { DeferredWork() }

  /// A factory of this cell asked for `other`. Not called under a lock.
  func recordDependency(on other: CellCoreBase) {}
}
