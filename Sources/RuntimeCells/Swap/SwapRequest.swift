internal import CellContract

/// One swap under way. Used under the cell's lock only, but for the constants.
final class SwapRequest<Value: Sendable>: @unchecked Sendable {
  let number: UInt64
  let factory: CellFactory<Value>
  let steps: SwapSteps<Value>
  let options: SwapOptions
  let scope: InitScope
  let begun: Duration
  /// What its factories run in.
  let context: (any CellCallContext)?
  /// The calls that take this swap's outcome: its own first, then coalesced ones.
  var callers: [SwapCaller] = []
  /// Attempts so far, and the error of the last one.
  var attempts = 0
  var error: (any Error)?

  init(
    number: UInt64, factory: CellFactory<Value>, steps: SwapSteps<Value>, options: SwapOptions, scope: InitScope,
    begun: Duration, context: (any CellCallContext)?
  ) {
    self.number = number
    self.factory = factory
    self.steps = steps
    self.options = options
    self.scope = scope
    self.begun = begun
    self.context = context
  }
}

/// One call that waits for a swap. Used under the cell's lock only.
final class SwapCaller: @unchecked Sendable {
  enum State {
    case fresh
    case cancelledEarly
    case waiting(CheckedContinuation<SwapResult, any Error>)
    case resumed
  }

  var state = State.fresh
  /// The swap that the call waits for.
  var request: UInt64 = 0
  var timer: Task<Void, Never>?
}
