/// The factory that a rule hands to a cell. A backend calls it once for each payload it needs, and lets its error through.
///
/// Backends for threads call ``makeBlocking()``, backends for tasks ``make()``.
public struct ProbeFactory: Sendable {
  package struct Plan: Sendable {
    package var gate: Gate?
    package var inside: InnerCall?
    package var fails = false
    /// How often the factory steps aside for other threads or tasks, so that others arrive while it runs.
    package var pauses = 0
    package var disposer = DisposerScript()
    /// Told when the factory's task is cancelled while the factory waits at its gate.
    package var cancellation: CancellationNotice?

    package init(
      gate: Gate? = nil, inside: InnerCall? = nil, fails: Bool = false, pauses: Int = 0,
      disposer: DisposerScript = DisposerScript(), cancellation: CancellationNotice? = nil
    ) {
      self.cancellation = cancellation
      self.pauses = pauses
      self.gate = gate
      self.inside = inside
      self.fails = fails
      self.disposer = disposer
    }
  }

  let plan: Plan
  let purpose: HistoryEvent.Purpose
  let cell: Int
  let counters: Counters
  let core: StageCore

  /// Makes a payload on a thread that may block.
  ///
  /// - Throws: ``FactoryFault`` when the rule wants the factory to fail.
  public func makeBlocking() throws -> Probe {
    let run = begin()
    plan.gate?.pass()
    plan.inside?.performBlocking()
    for _ in 0..<plan.pauses { KitThread.yield() }
    return try end(run)
  }

  /// Makes a payload in a task. Being cancelled does not shorten it.
  ///
  /// - Throws: ``FactoryFault`` when the rule wants the factory to fail.
  public func make() async throws -> Probe {
    let run = begin()
    if let cancellation = plan.cancellation {
      await withTaskCancellationHandler {
        await plan.gate?.passSuspending()
      } onCancel: {
        cancellation.note()
      }
    } else {
      await plan.gate?.passSuspending()
    }
    await plan.inside?.performSuspending()
    for _ in 0..<plan.pauses { await Task.yield() }
    return try end(run)
  }

  private func begin() -> Int {
    let run = counters.nextRun()
    core.history.record(.factoryBegan(run: run, purpose), cell: cell)
    core.change {}
    return run
  }

  private func end(_ run: Int) throws -> Probe {
    if plan.fails {
      core.history.record(.factoryThrew(run: run, purpose), cell: cell)
      throw FactoryFault(run: run)
    }
    let kind = plan.disposer.toleratesForce ? TolerantProbe.self : Probe.self
    let probe = kind.init(serial: counters.nextSerial(), cell: cell, core: core, script: plan.disposer)
    core.history.record(.factoryReturned(run: run, serial: probe.serial, purpose), cell: cell)
    return probe
  }
}
