internal import CellContract

extension MemoryGovernor {
  /// Reads, pauses or resumes, makes room, lets in. On the governor's thread.
  func take() throws -> MemoryReading {
    let reading: MemoryReading
    do { reading = try source.read() } catch {
      let words = String(describing: error)
      state.withLock { $0.readingError = words }
      throw error
    }
    let turn = state.withLock { state -> (isPaused: Bool, changed: Bool) in
      state.reading = reading
      state.readingError = nil
      if policy.budget == nil { state.ledger.budget = reading.limit.map { policy.share(policy.pauseAbove, of: $0) } }
      state.ledger.read(
        room: reading.limit.map { policy.share(policy.pauseAbove, of: $0).minus(reading.usage) })
      let isShort = policy.isShort(reading, before: state.ledger.isPaused)
      defer { state.ledger.isPaused = isShort }
      return (isShort, isShort != state.ledger.isPaused)
    }
    if turn.changed { announce(turn.isPaused) }
    if turn.isPaused {
      // By how much is unknown when tasks stall for memory below the mark: then one cell at a time.
      let goal = reading.limit.map { policy.share(policy.resumeBelow, of: $0) } ?? reading.usage
      relieve(bytes: max(1, reading.usage.minus(goal)))
    }
    if !turn.isPaused { noteUse() }
    reconsider()
    return reading
  }

  /// Tells the cells whether they may make payloads. On the governor's thread, so that two turns keep their order.
  private func announce(_ isPaused: Bool) {
    let error = isPaused ? pausedError : nil
    for cell in known() { cell.setPaused(error) }
  }

  /// Why nothing new is made now.
  var pausedError: CellError {
    let reading = state.withLock { $0.reading }
    let use = "\(reading?.usage ?? 0) of \(reading?.limit.map(String.init) ?? "an unknown number of") bytes are in use"
    let stall = reading?.pressure.map { ", tasks wait for memory \(Int(($0 * 100).rounded())) % of the time" } ?? ""
    return CellError(
      .notAdmitted, cell: "",
      message: "New payloads are paused because memory is short: \(use)\(stall). Try again later, close cells, or give "
        + "the process more memory.",
      retryAfter: policy.interval)
  }

  /// The cells that are there.
  private func known() -> [any GovernedCell] { state.withLock { $0.cells.values.compactMap(\.cell) } }

  /// Notes which cells were used since the last time.
  private func noteUse() {
    let used = known().filter { $0.takeUse() }.map { ObjectIdentifier($0) }
    let now = clock.now
    state.withLock { state in for cell in used { state.cells[cell]?.lastUse = now } }
  }

  /// Closes idle cells until so many bytes are on their way out. On the governor's thread.
  func relieve(bytes: UInt64) {
    guard policy.closesIdleCells else { return }
    noteUse()
    var candidates: [(cell: any GovernedCell, bytes: UInt64, lastUse: Duration)] = []
    var found: UInt64 = 0
    let (cells, holds, lastUses, closing) = state.withLock { state in
      (
        state.cells.values.compactMap(\.cell), state.ledger.holds, state.cells.mapValues(\.lastUse),
        state.cells.filter(\.value.isClosing).keys
      )
    }
    // What is on its way out already counts.
    for cell in closing { found = found.plus(max(1, holds[cell]?.bytes ?? 0)) }
    for cell in cells {
      let id = ObjectIdentifier(cell)
      guard !closing.contains(id), cell.isIdle else { continue }
      candidates.append((cell, holds[id]?.bytes ?? 0, lastUses[id] ?? .zero))
    }
    candidates.sort {
      if $0.cell.memoryPriority != $1.cell.memoryPriority { return $0.cell.memoryPriority < $1.cell.memoryPriority }
      return $0.lastUse != $1.lastUse ? $0.lastUse < $1.lastUse : $0.bytes > $1.bytes
    }
    for candidate in candidates where found < bytes {
      // A cell of unknown size may be the one that matters: look again after it.
      found = candidate.bytes == 0 ? bytes : found.plus(candidate.bytes)
      close(candidate.cell)
    }
  }

  private func close(_ cell: any GovernedCell) {
    let id = ObjectIdentifier(cell)
    state.withLock { state in
      state.cells[id]?.isClosing = true
      state.closedForRoom += 1
    }
    Task.detached { [self] in
      await cell.closeIfIdle()
      state.withLock { $0.cells[id]?.isClosing = false }
      reconsider()
    }
  }
}
