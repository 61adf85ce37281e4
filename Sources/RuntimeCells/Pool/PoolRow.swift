internal import CellContract
internal import Synchronization

/// How a pool appears in a registry beside the cells of its keys: it counts the payloads of the keys that are gone, so that
/// sums over the pool never go back, and ends the pool after all its cells when the registry closes.
final class PoolRow: ManagedCell {
  let name: String
  private let row: @Sendable () -> CellSnapshot
  private let end: @Sendable (_ deadline: Duration?, _ isFinal: Bool) async throws -> CellCloseReport

  init(
    name: String, row: @escaping @Sendable () -> CellSnapshot,
    end: @escaping @Sendable (_ deadline: Duration?, _ isFinal: Bool) async throws -> CellCloseReport
  ) {
    self.name = name
    self.row = row
    self.end = end
  }

  func snapshot() -> CellSnapshot { row() }

  func close(deadline: Duration?, silent: Bool) async throws -> CellCloseOutcome {
    try await end(deadline, silent, isFinal: false)
  }

  func shutDown(deadline: Duration?, silent: Bool) async throws -> CellCloseOutcome {
    try await end(deadline, silent, isFinal: true)
  }

  private func end(_ deadline: Duration?, _ silent: Bool, isFinal: Bool) async throws -> CellCloseOutcome {
    let report = try await end(deadline, isFinal)
    if let error = report.error, !silent || error.others.contains(where: { $0.code == .deadlineExceeded }) {
      throw error
    }
    if report.error != nil { return .error }
    return report.items.contains { $0.outcome == .ok } ? .ok : .noop
  }
}
