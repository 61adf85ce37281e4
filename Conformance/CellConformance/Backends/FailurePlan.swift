/// What a cell does after its factory threw, where that is not to try again at the next call.
public enum FailurePlan: Sendable, Hashable {
  /// Calls are refused with `cell.cooling-down` for `initial`, then for `factor` times longer after each further failure,
  /// by the world's clock and without jitter; then one call tries again. A success forgets the failures.
  case backoff(initial: Duration, factor: Double)
  /// Calls are refused with `cell.failed` from the first failure on.
  case cacheError
}
