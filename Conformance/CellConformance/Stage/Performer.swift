/// Makes calls to one cell and writes them down.
struct Performer: Sendable {
  let core: StageCore
  let cell: Int
  let inner: any SubjectCell

  func blocking(_ operation: Operation, as call: Int, lane: Int, log: History.LaneLog?) -> Outcome {
    begin(operation, call, lane, log)
    let outcome: Outcome
    do { outcome = try inner.performBlocking(operation) } catch { outcome = .failed(Failure(error)) }
    core.history.record(.returned(call: call, operation.verb, outcome), lane: lane, cell: cell, in: log)
    return outcome
  }

  func suspending(_ operation: Operation, as call: Int, lane: Int, log: History.LaneLog?) async -> Outcome {
    begin(operation, call, lane, log)
    let outcome: Outcome
    do { outcome = try await inner.performSuspending(operation) } catch { outcome = .failed(Failure(error)) }
    core.history.record(.returned(call: call, operation.verb, outcome), lane: lane, cell: cell, in: log)
    return outcome
  }

  private func begin(_ operation: Operation, _ call: Int, _ lane: Int, _ log: History.LaneLog?) {
    if case .seed(let probe, let allowed) = operation {
      core.history.record(.offered(call: call, serial: probe.serial, allowed: allowed), lane: lane, cell: cell, in: log)
    }
    core.history.record(.invoked(call: call, operation.verb), lane: lane, cell: cell, in: log)
  }
}
