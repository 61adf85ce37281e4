import CellConformance
import CellContract

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The lock cell with a fault that no call comes back from.
struct HostileBackend: BlockingSeeding, ProblemReporting {
  enum Fault: String {
    case trapsInDisposer = "traps-in-disposer"
    case abortsInClose = "aborts-in-close"
    case exitsInGet = "exits-in-get"
    /// Exits without running what is registered for the end of the process.
    case leavesInGet = "leaves-in-get"
    case spinsInPeek = "spins-in-peek"
    case deadlocksInClose = "deadlocks-in-close"
    case stallsInProblem = "stalls-in-problem"
  }

  let fault: Fault
  let inner = LockBackend()

  var manifest: BackendManifest {
    BackendManifest(name: "hostile/\(fault.rawValue)", version: "1", capabilities: [.seeding, .problems])
  }

  func makeCell(named name: String, in world: CellWorld) throws -> LockBackend.Cell {
    try inner.makeCell(named: name, in: world)
  }

  func peek(_ cell: LockBackend.Cell) -> Probe? {
    if fault == .spinsInPeek { while true {} }
    return inner.peek(cell)
  }

  func getOrInitialize(_ cell: LockBackend.Cell, _ factory: ProbeFactory) throws -> Probe {
    if fault == .exitsInGet { exit(0) }
    if fault == .leavesInGet { _exit(0) }
    return try inner.getOrInitialize(cell, factory)
  }

  func close(_ cell: LockBackend.Cell, silent: Bool) throws {
    switch fault {
    case .abortsInClose: abort()
    // The trap is the point of this cell.
    case .trapsInDisposer where inner.peek(cell) != nil: fatalError("the disposer of a payload trapped")
    case .deadlocksInClose:
      let monitor = Monitor()
      monitor.locked { monitor.locked {} }
    default: try inner.close(cell, silent: silent)
    }
  }

  func seed(_ cell: LockBackend.Cell, _ payload: Probe) throws { try inner.seed(cell, payload) }

  func problem(for error: any Error) -> [UInt8] {
    if fault == .stallsInProblem {
      let monitor = Monitor()
      monitor.locked { while true { monitor.wait() } }
    }
    return ProblemAdapter.document(for: error)
  }
}
