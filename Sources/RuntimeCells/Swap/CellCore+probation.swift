internal import CellContract

extension CellCore {
  /// Ends the probation of the old payload after its time, well or by a roll-back. Under the lock.
  func watchProbation(
    of old: UInt64, since new: UInt64, for duration: Duration, _ isHealthy: (@Sendable (Value) async -> Bool)?
  ) {
    probation = Task.detached { [self] in
      do { try await configuration.clock.sleep(for: max(.zero, duration)) } catch { return }
      var isGood = true
      if let isHealthy, let entry = ground.enter() {
        if entry.number == new { isGood = await isHealthy(payloads[entry.slot].value) }
        entry.leave()
      }
      process(isGood ? .probationEnds(old) : .rollBack(new))
    }
  }

  /// Restores the payload that served before the last swap.
  func rollBack() throws -> CellGeneration {
    let answer = locked {
      self.answer = .none
      let generation = machine.current.flatMap { machine.slots[$0].generation } ?? 0
      transition(.rollBack(generation))
      return self.answer
    }
    switch answer {
    case .done(let generation): return CellGeneration(generation)
    case .refused(.shutDown): throw shutDownError
    case .refused, .none:
      throw CellError(
        .swapFailed, cell: name,
        message: "Cell '\(name)' keeps no earlier payload: the probation is over, or there was none.")
    }
  }

  /// Under the lock.
  func rolledBack(from: UInt64, to: UInt64, restores: UInt64) {
    answer = .done(generation: to)
    emit(
      .rolledBack(
        .init(from: CellGeneration(from), to: CellGeneration(to), restores: CellGeneration(restores))))
  }
}
