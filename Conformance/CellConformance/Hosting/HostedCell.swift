import CellContract
import Synchronization

/// One cell of a ``CellHost``: whatever the backend and its face, callers suspend and get the payload they know.
package final class HostedCell<Payload: Sendable>: Sendable {
  package let name: String
  let dependencies: [String]
  private let subject: any Subject
  private let counters: Counters
  private let performer: Performer
  let hold: CargoHold<Payload>
  let isShutDown = Atomic<Bool>(false)

  init(
    name: String, dependencies: [String], subject: any Subject, counters: Counters, performer: Performer,
    hold: CargoHold<Payload>
  ) {
    self.name = name
    self.dependencies = dependencies
    self.subject = subject
    self.counters = counters
    self.performer = performer
    self.hold = hold
  }

  /// Calls `body` with the payload, which is made first when there is none. Where the backend has leases, it is not disposed
  /// before `body` is over.
  ///
  /// - Throws: what the backend throws; what `body` throws, as it is.
  package func withValue<R>(_ body: (Payload) async throws -> R) async throws -> R {
    guard !isShutDown.load(ordering: .acquiring) else {
      throw CellError(.shutDown, cell: name, message: "\"\(name)\" was shut down: make a new one")
    }
    guard subject.manifest.capabilities.contains(.leasing) else { return try await body(payload()) }
    // The backend's lease lasts in a task of its own, so that `body` runs in the caller's.
    let handover = Handover<Payload>()
    async let lease: Void = hold(handover)
    let payload = try await handover.take()
    let result: Result<R, any Error>
    do { result = .success(try await body(payload)) } catch { result = .failure(error) }
    handover.giveBack()
    try await lease
    return try result.get()
  }

  private func hold(_ handover: Handover<Payload>) async throws {
    let lease = leaseBody { [hold, name] probe in
      guard let payload = hold[probe.serial] else { throw Self.goneError(name, probe.serial) }
      await handover.lend(payload)
    }
    do {
      _ = try await perform(.use(factory(), lease))
      handover.fail(CellError(.empty, cell: name, message: "the backend never ran the lease's body for \"\(name)\""))
    } catch {
      handover.fail(error)
      throw error
    }
  }

  private func payload() async throws -> Payload {
    let outcome = try await perform(.get(factory()))
    guard let serial = outcome.serial, let payload = hold[serial] else {
      throw Self.goneError(name, outcome.serial ?? 0)
    }
    return payload
  }

  /// Makes a call in the manner of the backend's face: in this task, or from a thread of its own.
  func perform(_ operation: Operation) async throws -> Outcome {
    let number = counters.nextCall()
    let performer = performer
    let outcome: Outcome
    switch subject.face {
    case .suspending:
      outcome = await performer.suspending(operation, as: number, lane: number, log: nil)
    case .blocking:
      outcome = try await withCheckedThrowingContinuation { continuation in
        do {
          try KitThread.start("cell-hosted") {
            continuation.resume(returning: performer.blocking(operation, as: number, lane: number, log: nil))
          }
        } catch { continuation.resume(throwing: error) }
      }
    }
    if let failure = outcome.failure { throw failure.error }
    return outcome
  }

  /// Whether the backend can close a cell for ever.
  var canShutDown: Bool { subject.manifest.capabilities.contains(.shutdown) }

  private func factory() -> ProbeFactory {
    var plan = ProbeFactory.Plan()
    plan.cargo = hold
    return ProbeFactory(
      plan: plan, purpose: .initialization, cell: performer.cell, counters: counters, core: performer.core)
  }

  private func leaseBody(_ use: @escaping @Sendable (Probe) async throws -> Void) -> LeaseBody {
    var body = LeaseBody(gate: nil, inside: nil, cell: performer.cell, lane: 0, core: performer.core)
    body.use = use
    return body
  }

  private static func goneError(_ name: String, _ serial: Int) -> CellError {
    CellError(.empty, cell: name, message: "\"\(name)\" gave payload #\(serial), which is disposed or not its own")
  }
}
