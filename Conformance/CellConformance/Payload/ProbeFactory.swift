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
    /// What the payload carries for somebody outside the rules.
    var cargo: (any Cargo)?
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
    let serial = plan.fails ? 0 : counters.nextSerial()
    if let cargo = plan.cargo {
      do { try ThreadWait.on { try await cargo.make(serial: serial) } } catch { throw threw(error, run) }
    }
    return try end(run, serial)
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
    let serial = plan.fails ? 0 : counters.nextSerial()
    if let cargo = plan.cargo {
      do { try await cargo.make(serial: serial) } catch { throw threw(error, run) }
    }
    return try end(run, serial)
  }

  private func begin() -> Int {
    let run = counters.nextRun()
    core.history.record(.factoryBegan(run: run, purpose), cell: cell)
    core.change {}
    return run
  }

  private func threw(_ error: any Error, _ run: Int) -> any Error {
    core.history.record(.factoryThrew(run: run, purpose), cell: cell)
    return error
  }

  private func end(_ run: Int, _ serial: Int) throws -> Probe {
    if plan.fails { throw threw(FactoryFault(run: run), run) }
    let kind = plan.disposer.toleratesForce ? TolerantProbe.self : Probe.self
    let probe = kind.init(serial: serial, cell: cell, core: core, script: plan.disposer, cargo: plan.cargo)
    core.history.record(.factoryReturned(run: run, serial: probe.serial, purpose), cell: cell)
    return probe
  }
}
