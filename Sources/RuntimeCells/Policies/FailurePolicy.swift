/// What a cell does after its factory threw (design decision D1). The callers that waited get the error in any case;
/// the policy is about later ones.
public enum FailurePolicy: Hashable, Sendable {
  /// The next caller runs its factory at once.
  case retryImmediately
  /// Callers are refused with ``CellError/Code/coolingDown`` until a delay has passed; then one of them tries again.
  case backoff(Backoff)
  /// The first error stays: callers are refused with ``CellError/Code/failed`` until the cell is reset.
  case cacheError
}

extension FailurePolicy {
  /// What the machine remembers after `failures` failed attempts in a row.
  func memory(
    afterFailure failures: UInt64, attempt: UInt64, isRetryable: Bool, jitter: Double, now: Duration
  ) -> CellStateMachine.Memory {
    guard isRetryable else { return .failed(attempt: attempt) }
    switch self {
    case .retryImmediately: return .none
    case .cacheError: return .failed(attempt: attempt)
    case .backoff(let backoff):
      return .coolingDown(until: now + backoff.delay(afterFailure: failures, jitter: jitter), attempt: attempt)
    }
  }
}
