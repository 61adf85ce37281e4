internal import CellContract

/// A lease that was counted for a caller before it was resumed.
struct Grant: Sendable {
  var stripe: UInt32
  var slot: Int
  var generation: UInt64
}

/// One caller that waits for a payload. Used under the cell's lock only, but for the constants.
final class Waiter<Value: Sendable>: @unchecked Sendable {
  let number: UInt64
  let factory: CellFactory<Value>?
  /// The factories around the caller.
  let scope: InitScope
  /// What its factory runs in, should it be the one that runs.
  let context: (any CellCallContext)?
  var state = State.fresh
  /// Fires the caller's deadline.
  var timer: Task<Void, Never>?

  enum State {
    /// Not known to the machine yet.
    case fresh
    /// Cancelled before it was known to the machine.
    case cancelledEarly
    case waiting(Way)
    case resumed
  }

  /// How the caller is woken.
  enum Way: Sendable {
    case task(CheckedContinuation<Grant, any Error>)
    case thread(ThreadParker<Result<Grant, any Error>>)

    func resume(with result: Result<Grant, any Error>) {
      switch self {
      case .task(let continuation): continuation.resume(with: result)
      case .thread(let parker): parker.resume(with: result)
      }
    }
  }

  init(number: UInt64, factory: CellFactory<Value>?, scope: InitScope, context: (any CellCallContext)?) {
    self.number = number
    self.factory = factory
    self.scope = scope
    self.context = context
  }
}
