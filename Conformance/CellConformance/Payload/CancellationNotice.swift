/// Knows whether the task of a factory was cancelled.
package final class CancellationNotice: @unchecked Sendable {
  // @unchecked: the variable is used under the stage's monitor only.
  private let core: StageCore
  private var isNoted = false

  init(core: StageCore) { self.core = core }

  /// Whether it was cancelled so far.
  var wasCancelled: Bool { core.monitor.locked { isNoted } }

  /// The same, inside the stage's monitor.
  var isNotedInMonitor: Bool { isNoted }

  func note() { core.change { isNoted = true } }
}
