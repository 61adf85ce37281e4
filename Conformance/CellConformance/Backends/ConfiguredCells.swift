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

/// What a rule wants a cell to be configured with.
package enum CellPlan: Sendable {
  case standard
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
