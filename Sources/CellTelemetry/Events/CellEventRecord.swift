public import CellContract
public import Logging
import ProblemDetails

/// A cell event in the form of a log line: a fixed message, a level, and fields that programs can read.
public struct CellEventRecord: Sendable {
  /// The event's name.
  public let name: CellEventName
  /// The level: the event's own, or `warning` and above when something went wrong.
  public let level: Logger.Level
  /// The fields, named as in the contract.
  public let metadata: Logger.Metadata
  /// The error, for handlers that tell it as a problem.
  public let error: (any Error)?

  /// The record of an event.
  public init(_ event: CellEvent) {
    var fields = Fields()
    let name: CellEventName
    var failed = false
    switch event.kind {
    case .initStarted(let attempt):
      name = .initStarted
      fields["attempt"] = attempt
    case .initialized(let attempt):
      name = .initialized
      fields["outcome"] = attempt.outcome.rawValue
      fields["attempt"] = attempt.attempt
      fields["generation"] = attempt.generation?.rawValue
      fields["duration_seconds"] = attempt.duration / .seconds(1)
      fields["waiters"] = attempt.waiters
      fields.error = attempt.error
      failed = attempt.outcome == .error
    case .disposed(let disposal):
      name = .disposed
      fields["outcome"] = disposal.error == nil ? "ok" : "error"
      fields["generation"] = disposal.generation.rawValue
      fields["published"] = disposal.wasPublished
      fields["duration_seconds"] = disposal.duration / .seconds(1)
      fields.error = disposal.error
      failed = disposal.error != nil
    case .closed(let closing):
      name = .closed
      fields["outcome"] = closing.outcome?.rawValue ?? "deadline_exceeded"
      fields["final"] = closing.isFinal
      fields["duration_seconds"] = closing.duration / .seconds(1)
      failed = closing.outcome == nil || closing.outcome == .error
    case .seeded(let seeding):
      name = .seeded
      fields["generation"] = seeding.generation.rawValue
      fields["source"] = seeding.source.rawValue
      fields["stack"] = seeding.stack
    case .swapSucceeded(let swap):
      name = .swapSuccess
      fields["from"] = swap.from?.rawValue
      fields["to"] = swap.to?.rawValue
      fields["attempts"] = swap.attempts
      fields["duration_seconds"] = swap.duration / .seconds(1)
    case .swapFailed(let swap):
      name = .swapFailure
      fields["generation"] = swap.from?.rawValue
      fields["attempts"] = swap.attempts
      fields["duration_seconds"] = swap.duration / .seconds(1)
      fields.error = swap.error
    case .rolledBack(let rollBack):
      // A roll-back is the swap to an older payload; `restores` tells them apart.
      name = .swapSuccess
      fields["from"] = rollBack.from.rawValue
      fields["to"] = rollBack.to.rawValue
      fields["restores"] = rollBack.restores.rawValue
    case .leaseLeak(let generation, let holders, let sites):
      name = .leaseLeak
      fields["generation"] = generation.rawValue
      fields["holders"] = holders
      if !sites.isEmpty { fields.metadata["sites"] = .array(sites.map { .string($0) }) }
    case .gateOverloaded(let retryAfter):
      name = .gateOverloaded
      fields["retry_after_seconds"] = retryAfter / .seconds(1)
    }
    fields["cell"] = event.cell
    fields["sequence"] = event.sequence
    self.name = name
    level = failed ? max(name.level, .warning) : name.level
    metadata = fields.metadata
    error = fields.error
  }

  /// Collects fields that are there.
  private struct Fields {
    var metadata: Logger.Metadata = [:]
    var error: (any Error)? {
      didSet { metadata["error"] = error.map { .string(CellEventRecord.code(of: $0)) } }
    }

    subscript<Value: CustomStringConvertible & Sendable>(key: String) -> Value? {
      get { nil }
      set { metadata[key] = newValue.map { .stringConvertible($0) } }
    }
  }

  /// The stable code of an error, or its type's name: its text may hold what belongs into no log.
  static func code(of error: any Error) -> String {
    switch error {
    case let error as CellError: error.code.rawValue
    case let error as any ProblemConvertible: error.problemCode
    case is CancellationError: "cancelled"
    default: String(reflecting: type(of: error))
    }
  }
}
