/// What a rule does with a payload while it holds a lease on it. Backends for threads call ``run(_:)``, backends for tasks
/// ``runSuspending(_:)``, exactly once and only while the payload cannot be disposed.
public struct LeaseBody: Sendable {
  let gate: Gate?
  let inside: InnerCall?
  let cell: Int
  let lane: Int
  let core: StageCore

  /// Uses the payload on a thread that may block.
  public func run(_ probe: Probe) {
    core.history.record(.useBegan(serial: probe.serial), lane: lane, cell: cell)
    gate?.pass()
    inside?.performBlocking()
    core.history.record(.useEnded(serial: probe.serial), lane: lane, cell: cell)
  }

  /// Uses the payload in a task.
  public func runSuspending(_ probe: Probe) async {
    core.history.record(.useBegan(serial: probe.serial), lane: lane, cell: cell)
    await gate?.passSuspending()
    await inside?.performSuspending()
    core.history.record(.useEnded(serial: probe.serial), lane: lane, cell: cell)
  }
}
