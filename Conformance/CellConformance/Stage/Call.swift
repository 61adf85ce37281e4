/// One call that a caller of the stage makes, from before it is made until after it came back.
package final class Call: @unchecked Sendable {
  // @unchecked: the variables are read and written under the stage's monitor only.
  package let number: Int
  package let verb: HistoryEvent.Verb
  let cell: Int
  private let core: StageCore
  private var finished: Outcome?
  private var thread: Int?
  private var task: Task<Void, Never>?
  private var isCancelled = false

  init(number: Int, verb: HistoryEvent.Verb, cell: Int, core: StageCore) {
    self.number = number
    self.verb = verb
    self.cell = cell
    self.core = core
  }

  /// Blocks the script until the call came back, and tells how it ended.
  package func outcome() throws -> Outcome {
    try core.wait(for: "the return of \(verb.rawValue)() by caller \(number)") { finished != nil }
    return core.monitor.locked { finished } ?? .nothing
  }

  /// Whether the call came back.
  package var isFinished: Bool { core.monitor.locked { finished != nil } }

  /// How the call ended, if it did.
  package var outcomeSoFar: Outcome? { core.monitor.locked { finished } }

  /// Cancels the caller's task.
  package func cancel() {
    let task = core.change { () -> Task<Void, Never>? in
      isCancelled = true
      return self.task
    }
    task?.cancel()
  }

  func setTask(_ task: Task<Void, Never>) {
    let cancelled = core.monitor.locked { () -> Bool in
      self.task = task
      return isCancelled
    }
    if cancelled { task.cancel() }
  }

  func began(onThread id: Int?) { core.change { thread = id ?? 0 } }

  func finish(_ outcome: Outcome) {
    core.change {
      finished = outcome
      task = nil
    }
  }

  /// Whether the caller's thread or task is under way, or has come back. Only inside the stage's monitor.
  var hasBegunInMonitor: Bool { thread != nil || finished != nil }

  /// Whether the caller has come back. Only inside the stage's monitor.
  var isOverInMonitor: Bool { finished != nil }

  var threadDescription: String? {
    core.monitor.locked { finished == nil ? thread : nil }.flatMap { $0 == 0 ? nil : ThreadStates.describe($0) }
  }
}
