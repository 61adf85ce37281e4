/// A door in the kit's own factories, disposers and lease bodies, closed until the rule's script opens it.
///
/// What stands at a closed gate stands there without any time limit, so a rule can hold a cell in a state as long as it
/// likes and needs no sleep. Gates have a blocking face for kit threads and a suspending one for tasks.
package final class Gate: @unchecked Sendable {
  // @unchecked: the variables are read and written under the stage's monitor only.
  package let name: String
  private let core: StageCore
  private var isOpen = false
  private var arrived = 0
  private var parked: [CheckedContinuation<Void, Never>] = []

  package init(_ name: String, core: StageCore) {
    self.name = name
    self.core = core
    core.register(self)
  }

  /// Blocks the calling thread while the gate is closed.
  package func pass() {
    core.change { arrived += 1 }
    core.monitor.locked {
      while !isOpen { core.monitor.wait() }
    }
  }

  /// Suspends the calling task while the gate is closed. Cancelling the task does not open it.
  package func passSuspending() async {
    await withCheckedContinuation { continuation in
      let passes = core.change { () -> Bool in
        arrived += 1
        if !isOpen { parked.append(continuation) }
        return isOpen
      }
      if passes { continuation.resume() }
    }
  }

  /// Opens the gate for good.
  package func open() {
    let waiting = core.change { () -> [CheckedContinuation<Void, Never>] in
      isOpen = true
      defer { parked = [] }
      return parked
    }
    for continuation in waiting { continuation.resume() }
  }

  /// Blocks the script until `count` have arrived at the gate.
  package func waitForArrivals(_ count: Int = 1) throws {
    try core.wait(for: "\(count) at the gate \"\(name)\"") { arrived >= count }
  }

  /// How many have arrived so far.
  package var arrivals: Int { core.monitor.locked { arrived } }

  /// The same, inside the stage's monitor.
  var arrivalsInMonitor: Int { arrived }
}
