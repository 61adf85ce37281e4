import CellConformance
import CellContract

extension LockCell {
  /// Why no flight may start now; nil when one may. Only inside the monitor.
  func refusal() -> (any Error)? {
    if isShutDown, defect != .shutdownNotFinal {
      return error(.shutDown, "\"\(name)\" was shut down, which is final")
    }
    if let fixed { return error(.failed, "\"\(name)\" failed for good: \(fixed)", underlying: fixed) }
    guard let cooling else { return nil }
    let left = cooling.until - now
    guard left > .zero || defect == .coolingNeverEnds else { return nil }
    var told = error(.coolingDown, "\"\(name)\" failed; the next attempt is due in \(left)", underlying: cooling.cause)
    if defect != .coolingWithoutHint { told.retryAfter = left }
    return told
  }

  /// Takes note of a failed factory. Only inside the monitor.
  func remember(_ cause: any Error) {
    failuresInRow += 1
    if defect == .failureSpreads {
      for other in shared.monitor.locked({ shared.cells }) where other !== self {
        other.monitor.locked { other.fixed = cause }
      }
    }
    switch failurePlan {
    case nil: break
    case .cacheError?: if defect != .cachePolicyIgnored { fixed = cause }
    case .backoff(let initial, let factor)?:
      if defect == .backoffIgnored || (defect == .halfOpenForgets && failuresInRow > 1) { return cooling = nil }
      var delay = initial
      if defect != .backoffConstant { for _ in 0..<(failuresInRow - 1) { delay = delay * factor } }
      cooling = (now + delay, cause)
    }
  }

  /// Takes note of a success. Only inside the monitor.
  func forgetFailures() {
    cooling = nil
    if defect != .backoffNotReset { failuresInRow = 0 }
  }

  private var now: Duration { world.clock.now.offset }
}
