public import CellContract
import Synchronization

/// The payload that the kit puts into cells: it has a number of its own and knows when it is used, disposed and released.
///
/// A backend disposes it exactly once, by ``close()`` where blocking is allowed and by ``closeSuspending()`` in a task. Both
/// may block, throw, or call back into the cell, because rules want to see how the cell takes that. Only the kit makes
/// probes.
public class Probe: Closeable, @unchecked Sendable {
  // @unchecked: all is constant or atomic; only the kit makes kinds of probes, see ``TolerantProbe``.
  /// Counts the payloads of one rule run from 1.
  public let serial: Int
  private let cell: Int
  private let core: StageCore
  private let script: DisposerScript
  private let cargo: (any Cargo)?
  private let disposals = Atomic<Int>(0)

  required init(serial: Int, cell: Int, core: StageCore, script: DisposerScript, cargo: (any Cargo)? = nil) {
    self.cargo = cargo
    self.serial = serial
    self.cell = cell
    self.core = core
    self.script = script
  }

  /// Gives the payload up, on a thread that may block.
  public func close() throws {
    begin()
    script.gate?.pass()
    script.inside?.performBlocking()
    try end(
      Result { [cargo, serial] in if let cargo { try ThreadWait.on { try await cargo.dispose(serial: serial) } } })
  }

  /// Gives the payload up, in a task.
  public func closeSuspending() async throws {
    begin()
    await script.gate?.passSuspending()
    await script.inside?.performSuspending()
    let unloaded: Result<Void, any Error>
    do { unloaded = .success(try await cargo?.dispose(serial: serial) ?? ()) } catch { unloaded = .failure(error) }
    try end(unloaded)
  }

  private func begin() {
    disposals.add(1, ordering: .sequentiallyConsistent)
    core.history.record(.disposeBegan(serial: serial), cell: cell)
  }

  private func end(_ unloaded: Result<Void, any Error>) throws {
    let result = script.fails ? .failure(DisposerFault(serial: serial)) : unloaded
    core.history.record(.disposeEnded(serial: serial, threw: (try? result.get()) == nil), cell: cell)
    core.change {}
    try result.get()
  }

  deinit {
    core.history.record(.released(serial: serial), cell: cell)
    script.atRelease?.performBlocking()
  }
}

/// What a rule wants a payload's disposer to do.
package struct DisposerScript: Sendable {
  package var gate: Gate?
  package var inside: InnerCall?
  package var fails = false
  /// Whether the payload declares that it may be disposed while it is in use.
  package var toleratesForce = false
  /// What the payload does when its last reference goes.
  package var atRelease: InnerCall?

  package init(
    gate: Gate? = nil, inside: InnerCall? = nil, fails: Bool = false, atRelease: InnerCall? = nil,
    toleratesForce: Bool = false
  ) {
    self.toleratesForce = toleratesForce
    self.atRelease = atRelease
    self.gate = gate
    self.inside = inside
    self.fails = fails
  }
}

/// A call to a cell made from inside a factory, a disposer or a lease body, on whatever thread that runs.
package struct InnerCall: Sendable {
  let performBlocking: @Sendable () -> Void
  let performSuspending: @Sendable () async -> Void
}
