import CellConformance
import CellConformanceZoo
import CellContract
import Synchronization

/// The lock cell behind an adapter that answers wrongly: faults of whoever writes the adapter, not of a cell.
struct WrongAnswers: BlockingSwapping {
  enum Fault: String {
    /// Answers without asking the factory.
    case neverCallsFactory = "never-calls-factory"
    /// Answers with what another cell holds.
    case answersForAnother = "answers-for-another"
    /// Swaps, and goes on answering with the old payload.
    case answersWithOld = "answers-with-old"
    /// Makes no cell.
    case makesNoCell = "makes-no-cell"
    /// Throws errors of its own.
    case foreignErrors = "foreign-errors"
  }

  /// An error that is none of the contract's.
  struct Foreign: Error {}

  final class Cell: Sendable {
    let inner: LockBackend.Cell
    let first = Mutex<Probe?>(nil)
    init(_ inner: LockBackend.Cell) { self.inner = inner }
  }

  let fault: Fault
  let inner = LockBackend()
  private let remembered = Remembered()

  private final class Remembered: Sendable { let probe = Mutex<Probe?>(nil) }

  init(_ fault: Fault) { self.fault = fault }

  var manifest: BackendManifest { BackendManifest(name: "wrong/\(fault.rawValue)", capabilities: [.swapping]) }

  func makeCell(named name: String, in world: CellWorld) throws -> Cell {
    if fault == .makesNoCell { throw Foreign() }
    return Cell(try inner.makeCell(named: name, in: world))
  }

  func peek(_ cell: Cell) -> Probe? { inner.peek(cell.inner) }

  func getOrInitialize(_ cell: Cell, _ factory: ProbeFactory) throws -> Probe {
    switch fault {
    case .neverCallsFactory: throw CellError(.empty, cell: "subject", message: "there is nothing")
    case .answersForAnother:
      if let probe = remembered.probe.withLock({ $0 }) { return probe }
    case .answersWithOld:
      if let probe = cell.first.withLock({ $0 }) { return probe }
    case .foreignErrors:
      do { return try inner.getOrInitialize(cell.inner, factory) } catch { throw Foreign() }
    case .makesNoCell: break
    }
    let made = try inner.getOrInitialize(cell.inner, factory)
    remembered.probe.withLock { $0 = made }
    cell.first.withLock { $0 = made }
    return made
  }

  func close(_ cell: Cell, silent: Bool) throws {
    cell.first.withLock { $0 = nil }
    try inner.close(cell.inner, silent: silent)
  }

  func swap(_ cell: Cell, _ factory: ProbeFactory) throws -> Probe { try inner.swap(cell.inner, factory) }
}
