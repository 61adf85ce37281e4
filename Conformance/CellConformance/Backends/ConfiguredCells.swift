/// A backend of either face whose cells can be given a gate (``Capability/gate``).
public protocol GateConfiguring: CellBackend {
  /// Makes an empty cell like `makeCell(named:in:)`, with a gate before every lease.
  ///
  /// - Throws: `cell.invalid-argument` for a gate that lets nobody through, unless the cell's calls throw it later.
  func makeCell(named name: String, in world: CellWorld, gate: GatePlan) throws -> Cell
}

/// A backend of either face whose cells can remember failures (``Capability/failurePolicies``).
public protocol FailurePolicyConfiguring: CellBackend {
  /// Makes an empty cell like `makeCell(named:in:)`, with another policy after a failed factory.
  func makeCell(named name: String, in world: CellWorld, afterFailure plan: FailurePlan) throws -> Cell
}

/// A backend of either face whose factories can be given a deadline (``Capability/initDeadlines``).
public protocol InitDeadlineConfiguring: CellBackend {
  /// Makes an empty cell like `makeCell(named:in:)`, whose callers are told `cell.init-deadline-exceeded` when a factory
  /// takes longer than `initDeadline` by the world's clock. What the factory then makes is disposed.
  func makeCell(named name: String, in world: CellWorld, initDeadline: Duration) throws -> Cell
}

/// A backend of either face whose cells refuse at once who would wait in vain (``Capability/hopelessWaits``).
public protocol HopelessWaitConfiguring: CellBackend {
  /// Makes an empty cell like `makeCell(named:in:)`, which throws `cell.warming-up` with `retryAfter` at once when a call's
  /// deadline comes sooner than the payload, going by how long factories took before. The factory starts or goes on.
  func makeCellRefusingHopelessWaits(named name: String, in world: CellWorld) throws -> Cell
}

/// A backend of either face that cancels the task of a factory nobody waits for (``Capability/abandonment``).
public protocol AbandonmentConfiguring: CellBackend {
  /// Makes an empty cell like `makeCell(named:in:)`, which cancels its factory's task when the last caller stopped waiting.
  func makeCellCancellingAbandoned(named name: String, in world: CellWorld) throws -> Cell
}

/// What a rule wants a cell to be configured with.
package enum CellPlan: Sendable {
  case standard
  case initDeadline(Duration)
  case refusesHopelessWaits
  case cancelsWhenAbandoned
  case gate(GatePlan)
  case failure(FailurePlan)
}

extension CellBackend {
  /// Makes a cell as planned.
  func makeCell(named name: String, in world: CellWorld, _ plan: CellPlan) throws -> Cell {
    switch plan {
    case .standard: return try makeCell(named: name, in: world)
    case .gate(let gate):
      guard let backend = self as? any GateConfiguring else { throw MissingCapability(capability: .gate) }
      return try recast(try backend.makeCell(named: name, in: world, gate: gate), .gate)
    case .initDeadline(let deadline):
      guard let backend = self as? any InitDeadlineConfiguring else {
        throw MissingCapability(capability: .initDeadlines)
      }
      return try recast(try backend.makeCell(named: name, in: world, initDeadline: deadline), .initDeadlines)
    case .refusesHopelessWaits:
      guard let backend = self as? any HopelessWaitConfiguring else {
        throw MissingCapability(capability: .hopelessWaits)
      }
      return try recast(try backend.makeCellRefusingHopelessWaits(named: name, in: world), .hopelessWaits)
    case .cancelsWhenAbandoned:
      guard let backend = self as? any AbandonmentConfiguring else {
        throw MissingCapability(capability: .abandonment)
      }
      return try recast(try backend.makeCellCancellingAbandoned(named: name, in: world), .abandonment)
    case .failure(let plan):
      guard let backend = self as? any FailurePolicyConfiguring else {
        throw MissingCapability(capability: .failurePolicies)
      }
      return try recast(try backend.makeCell(named: name, in: world, afterFailure: plan), .failurePolicies)
    }
  }

  private func recast(_ cell: some Sendable, _ capability: Capability) throws -> Cell {
    guard let cell = cell as? Cell else { throw MissingCapability(capability: capability) }
    return cell
  }
}
