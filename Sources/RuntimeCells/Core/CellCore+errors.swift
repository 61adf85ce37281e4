internal import CellContract

extension CellCore {
  /// The error for a refusal. Under the lock.
  func error(for refusal: CellStateMachine.Refusal) -> any Error {
    switch refusal {
    case .cancelled: return CancellationError()
    case .deadlineWhileBuilding:
      let left = estimatedWait.flatMap { $0 > .zero ? $0 : nil }
      return CellError(
        .warmingUp, cell: name,
        message: "Cell '\(name)' is still being initialised and not ready by the caller's deadline. "
          + "Try again \(left.map { "in about \($0)" } ?? "later").",
        attempt: machine.attempts, retryAfter: left)
    case .deadlineWhileDraining:
      return CellError(
        .draining, cell: name,
        message: "Cell '\(name)' cannot start yet: older payloads are in use or a cancelled factory still runs. "
          + "Release leases sooner or wait longer.",
        generation: CellGeneration(machine.generation))
    case .closed:
      return CellError(
        .closed, cell: name, message: "Cell '\(name)' was closed while the caller waited. Ask again to start anew.")
    case .shutDown: return shutDownError
    case .empty:
      return CellError(
        .empty, cell: name,
        message: "Cell '\(name)' is empty and there is no factory. Pass one, or give the cell one when it is made.")
    case .initializationFailed(let attempt):
      return CellError(
        .initializationFailed, cell: name, message: "The factory of cell '\(name)' failed in attempt \(attempt).",
        generation: CellGeneration(machine.generation + 1), attempt: attempt, underlying: facts.lastError)
    case .initDeadline(let attempt):
      return CellError(
        .initDeadlineExceeded, cell: name,
        message: "The factory of cell '\(name)' did not return in time in attempt \(attempt). What it still makes is "
          + "disposed. Raise the init deadline or make the factory faster.",
        attempt: attempt)
    case .notAdmitted: return notAdmittedError
    case .alreadyInitialized, .initializing, .swapInProgress, .swapFailed, .noProbation:
      // Answers to seeds and swaps, which word them themselves.
      return CellError(.initializing, cell: name, message: "Cell '\(name)' is busy.")
    case .coolingDown(let until, let attempt):
      let left = max(.zero, until - configuration.clock.now)
      return CellError(
        .coolingDown, cell: name,
        message: "Cell '\(name)' failed in attempt \(attempt); the next one may start in \(Self.seconds(left)).",
        attempt: attempt, retryAfter: left, underlying: facts.lastError)
    case .failed(let attempt):
      return CellError(
        .failed, cell: name,
        message: "Cell '\(name)' failed for good in attempt \(attempt). Remove the cause, then reset the cell.",
        attempt: attempt, underlying: facts.lastError)
    }
  }

  /// Rounded up to a tenth of a second: nobody waits more exactly.
  private static func seconds(_ duration: Duration) -> String {
    "\((duration / .milliseconds(100)).rounded(.up) / 10) s"
  }

  var shutDownError: CellError {
    CellError(.shutDown, cell: name, message: "Cell '\(name)' was shut down, which is final. Make a new cell.")
  }

  func reentrant(_ path: [String]) -> CellError {
    CellError(
      .reentrant, cell: name,
      message: "Cell '\(name)' is waited for by its own factory or disposer (\(path.joined(separator: " > "))). "
        + "Break the cycle.",
      path: path)
  }

  func negative(_ deadline: Duration) -> CellError {
    CellError(
      .invalidArgument, cell: name,
      message: "A deadline of \(deadline) for cell '\(name)' makes no sense: it counts from now and is not negative.")
  }
}
