/// Ground that no cell uses now. See ``CellGround`` for why it is never unmapped: its size is bounded by the largest
/// number of cells that existed at one time.
final class CellGroundPool: @unchecked Sendable {
  // @unchecked: `free` is used under `lock` only.
  static let shared = CellGroundPool()

  private let lock = ColdLock()
  private var free: [Int: [CellGround]] = [:]

  func take(stripes: Int) -> CellGround {
    lock.withLock { free[stripes]?.popLast() } ?? CellGround.allocate(stripes: stripes)
  }

  func giveBack(_ ground: CellGround) {
    lock.withLock { free[ground.stripes, default: []].append(ground) }
  }
}
