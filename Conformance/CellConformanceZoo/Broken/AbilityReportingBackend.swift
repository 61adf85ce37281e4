import CellConformance
import CellContract
import ProblemDetails
import Synchronization

/// The lock cell with its further abilities, and with problem documents of its own that are wrong for the errors of those
/// abilities only.
struct AbilityReportingBackend: OverLockCell, ProblemReporting, BlockingSwapping, BlockingLeasing, BlockingShutdown,
  BlockingCloseDeadlines, GateConfiguring
{
  enum Fault: String, CaseIterable {
    case swapWithoutType = "problem-swap-without-type"
    case overloadAsDeadline = "problem-overload-as-deadline"
    case shutdownInstanceFixed = "problem-shutdown-instance-fixed"
    case leaksSwapCause = "problem-leaks-swap-cause"
  }

  let fault: Fault
  let inner = LockBackend()
  private static let occurrences = Atomic<Int>(0)

  var manifest: BackendManifest {
    BackendManifest(
      name: "lock/\(fault.rawValue)",
      capabilities: [.problems, .swapping, .leasing, .shutdown, .closeDeadlines, .gate])
  }

  func problem(for error: any Error) -> [UInt8] {
    let number = Self.occurrences.add(1, ordering: .relaxed).newValue
    let error = error as? CellError
    let code = error?.code.rawValue ?? "internal"
    var members: [String: ProblemValue] = [
      "type": .string("/problems/\(code)"), "title": .string(code), "status": 503,
      "instance": .string("urn:occurrence:\(number)"), "detail": "the runtime is not available",
    ]
    switch (fault, error?.code) {
    case (.swapWithoutType, .swapNotAllowed), (.swapWithoutType, .swapFailed): members["type"] = "about:blank"
    case (.overloadAsDeadline, .overloaded), (.overloadAsDeadline, .deadlineExceeded):
      members["type"] = "/problems/try-again"
    case (.shutdownInstanceFixed, .shutDown): members["instance"] = "/search"
    case (.leaksSwapCause, .swapFailed): members["detail"] = .string("\(error?.underlying as Any)")
    default: break
    }
    return Array(ProblemValue.object(members).json.utf8)
  }

  func swap(_ cell: LockBackend.Cell, _ factory: ProbeFactory) throws -> Probe { try inner.swap(cell, factory) }

  func withValue(_ cell: LockBackend.Cell, _ factory: ProbeFactory, _ body: LeaseBody) throws {
    try inner.withValue(cell, factory, body)
  }

  func shutDown(_ cell: LockBackend.Cell, silent: Bool) throws { try inner.shutDown(cell, silent: silent) }

  func close(_ cell: LockBackend.Cell, deadline: Duration, silent: Bool) throws {
    try inner.close(cell, deadline: deadline, silent: silent)
  }

  func makeCell(named name: String, in world: CellWorld, gate: GatePlan) throws -> LockBackend.Cell {
    try inner.makeCell(named: name, in: world, gate: gate)
  }
}
