/// What a rule does with a payload while it holds a lease on it. Backends for threads call ``run(_:)``, backends for tasks
/// ``runSuspending(_:)``, exactly once and only while the payload cannot be disposed.
public struct LeaseBody: Sendable {
  let gate: Gate?
  let inside: InnerCall?
  let cell: Int
  let lane: Int
  let core: StageCore
  var fails = false
  /// How often the body steps aside for other threads or tasks, so that others arrive while it runs.
  var pauses = 0
  /// What somebody outside the rules does with the payload.
  var use: (@Sendable (Probe) async throws -> Void)?

  /// Uses the payload on a thread that may block.
  ///
  /// - Throws: ``LeaseFault`` when the rule wants the body to fail; let it through.
  public func run(_ probe: Probe) throws {
    core.history.record(.useBegan(serial: probe.serial), lane: lane, cell: cell)
    gate?.pass()
    inside?.performBlocking()
    for _ in 0..<pauses { KitThread.yield() }
    let used = Result { [use] in if let use { try ThreadWait.on { try await use(probe) } } }
    core.history.record(.useEnded(serial: probe.serial), lane: lane, cell: cell)
    if fails { throw LeaseFault() }
    try used.get()
  }

  /// Uses the payload in a task.
  ///
  /// - Throws: ``LeaseFault`` when the rule wants the body to fail; let it through.
  public func runSuspending(_ probe: Probe) async throws {
    core.history.record(.useBegan(serial: probe.serial), lane: lane, cell: cell)
    await gate?.passSuspending()
    await inside?.performSuspending()
    for _ in 0..<pauses { await Task.yield() }
    let used: Result<Void, any Error>
    do { used = .success(try await use?(probe) ?? ()) } catch { used = .failure(error) }
    core.history.record(.useEnded(serial: probe.serial), lane: lane, cell: cell)
    if fails { throw LeaseFault() }
    try used.get()
  }
}
