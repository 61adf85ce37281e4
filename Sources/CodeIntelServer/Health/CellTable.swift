import CellContract
import ProblemDetails

/// The cells as `/readyz`, `/events` and status output show them (S32).
enum CellTable {
  static func rows(_ snapshots: [CellSnapshot]) -> ProblemValue { .array(snapshots.map(row)) }

  private static func row(_ cell: CellSnapshot) -> ProblemValue {
    var members: [String: ProblemValue] = [
      "name": .string(cell.name),
      "init_state": .string(cell.initState.rawValue),
      "detail": .string(cell.detail.rawValue),
      "limits": .array(cell.limits.map { .string(HostPaths.removed(from: $0)) }),
      "leases": .integer(Int64(cell.leases + cell.drainingLeases)),
      "metric_label": .string(cell.name),
    ]
    if let generation = cell.generation { members["generation"] = .integer(Int64(clamping: generation.rawValue)) }
    if let time = cell.lastInitMilliseconds, time.isFinite { members["last_init_ms"] = .number(time) }
    return .object(members)
  }
}
