extension Stage {
  /// Starts a user that takes a place behind the cell's own gate and keeps it until the returned gate is opened.
  func holdPlace(in cell: StageCell) throws -> (user: Call, gate: Gate) {
    let gate = gate("holder")
    let user = try cell.startUse(gate: gate)
    try reached(gate, "the first user must get in")
    return (user, gate)
  }

  /// Waits until somebody waits by the world's clock; nobody doing so is this rule's own finding.
  func armed(_ why: String, count: Int = 1) throws {
    do { try clock.waitForSleepers(count) } catch StageStop.hung(_, let evidence) {
      throw StageStop.failed(Finding(.blocked, "\(why): nobody set an alarm (\(evidence))"))
    }
  }

  /// The greatest number of lease bodies of one cell that ran at the same time.
  func mostUsersAtOnce(of cell: StageCell) -> Int {
    var inside = 0
    var most = 0
    for event in core.history.events where event.cell == cell.index {
      switch event.what {
      case .useBegan: inside += 1
      case .useEnded: inside -= 1
      default: break
      }
      most = max(most, inside)
    }
    return most
  }
}
