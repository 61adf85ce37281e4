import CellConformance
import CellContract

/// A suspending backend whose waiters block their threads: what comes of an actor-less cell with a condition inside.
struct ParkingBackend: SuspendingCellBackend {
  final class Cell: @unchecked Sendable {
    // @unchecked: used under the monitor only.
    let monitor = Monitor()
    var payload: Probe?
    var isBuilding = false
  }

  let manifest = BackendManifest(name: "actor/parks-threads")

  func makeCell(named name: String, in world: CellWorld) throws -> Cell { Cell() }

  func peek(_ cell: Cell) async -> Probe? { cell.monitor.locked { cell.payload } }

  func getOrInitialize(_ cell: Cell, _ factory: ProbeFactory) async throws -> Probe {
    if let ready = wait(cell) { return ready }
    let made = try await factory.make()
    cell.monitor.locked {
      cell.payload = made
      cell.isBuilding = false
      cell.monitor.broadcast()
    }
    return made
  }

  private func wait(_ cell: Cell) -> Probe? {
    cell.monitor.locked {
      while cell.isBuilding { cell.monitor.wait() }
      cell.isBuilding = cell.payload == nil
      return cell.payload
    }
  }

  func close(_ cell: Cell, silent: Bool) async throws {
    let payload = cell.monitor.locked { () -> Probe? in
      defer { cell.payload = nil }
      return cell.payload
    }
    try await payload?.closeSuspending()
  }
}
