import CellConformance
import CellConformanceTesting
import CellContract
import Foundation
import Testing

// The code between the marks is what docs/writing-a-backend.md shows; a test compares the two.

// begin: cell
/// Makes one payload on first use, gives it to every caller, disposes it on close.
final class MyCell<Payload: Sendable>: @unchecked Sendable {
  enum Failure: Error {
    case closed, reentrant, wouldBlock, notAllowed, alreadyThere, busy
    case factory(any Error), disposer(any Error)
  }

  private final class Flight {
    let thread = Thread.current
    var isClosed = false
    var failure: Failure?
  }

  private let condition = NSCondition()
  private let environment: @Sendable (String) -> String?
  private let dispose: @Sendable (Payload) throws -> Void
  private var payload: Payload?
  private var flight: Flight?

  init(environment: @escaping @Sendable (String) -> String?, dispose: @escaping @Sendable (Payload) throws -> Void) {
    self.environment = environment
    self.dispose = dispose
  }

  func peek() -> Payload? { condition.withLock { payload } }

  func getOrInitialize(_ make: () throws -> Payload) throws -> Payload {
    let own = Flight()
    if let ready = try condition.withLock({ try join(or: own) }) { return ready }
    let made = Result(catching: make)  // no lock is held here
    let late = condition.withLock { () -> Payload? in
      guard own.isClosed else {
        switch made {
        case .success(let new): payload = new
        case .failure(let cause): own.failure = .factory(cause)
        }
        flight = nil
        condition.broadcast()
        return nil
      }
      return try? made.get()
    }
    guard own.isClosed else {
      if let failure = own.failure { throw failure }
      return try made.get()
    }
    if let late { try? dispose(late) }
    condition.withLock {
      flight = nil
      condition.broadcast()
    }
    throw Failure.closed
  }

  /// The payload, or nil when the caller is to make it.
  private func join(or own: Flight) throws -> Payload? {
    while true {
      if let payload { return payload }
      if withUnsafeCurrentTask(body: { $0 != nil }) { throw Failure.wouldBlock }  // a task's thread is everybody's
      guard let current = flight else {
        flight = own
        return nil
      }
      guard Waits.shared.begin(own.thread, for: current.thread) else { throw Failure.reentrant }
      defer { Waits.shared.end(own.thread) }
      let wasClosed = current.isClosed
      while flight === current, current.isClosed == wasClosed { condition.wait() }
      if !wasClosed, current.isClosed { throw Failure.closed }
      if !wasClosed, let failure = current.failure { throw failure }
    }
  }

  func close(silent: Bool) throws {
    let old = condition.withLock { () -> Payload? in
      if let current = flight {
        current.isClosed = true
        condition.broadcast()
        while flight === current, current.thread !== Thread.current { condition.wait() }
        return nil
      }
      defer { payload = nil }
      return payload
    }
    guard let old else { return }
    do { try dispose(old) } catch  where !silent { throw Failure.disposer(error) } catch {}
  }

  func seed(_ new: Payload) throws {
    let allowed = environment("KGFOUNDRY_ALLOW_RUNTIME_SEED")?.lowercased() ?? ""
    guard ["1", "true", "yes", "on"].contains(allowed) else { throw Failure.notAllowed }
    try condition.withLock {
      if flight != nil { throw Failure.busy }
      if payload != nil { throw Failure.alreadyThere }
      payload = new
    }
  }
}

/// Which thread waits for which, over all cells: a wait that would close a circle is refused.
private final class Waits: @unchecked Sendable {
  static let shared = Waits()
  private let lock = NSLock()
  private var owners: [ObjectIdentifier: Thread] = [:]

  func begin(_ waiter: Thread, for owner: Thread) -> Bool {
    lock.withLock {
      var next: Thread? = owner
      while let current = next {
        if current === waiter { return false }
        next = owners[ObjectIdentifier(current)]
      }
      owners[ObjectIdentifier(waiter)] = owner
      return true
    }
  }

  func end(_ waiter: Thread) { lock.withLock { owners[ObjectIdentifier(waiter)] = nil } }
}
// end: cell

// begin: adapter
struct MyBackend: BlockingSeeding {
  /// The cell, and the name that its errors carry.
  struct Cell: Sendable {
    let name: String
    let inner: MyCell<Probe>
  }

  let manifest = BackendManifest(name: "acme.my-cell", version: "1.0", capabilities: [.seeding])

  func makeCell(named name: String, in world: CellWorld) throws -> Cell {
    Cell(name: name, inner: MyCell(environment: { world.environment($0) }, dispose: { try $0.close() }))
  }

  func peek(_ cell: Cell) -> Probe? { cell.inner.peek() }

  func getOrInitialize(_ cell: Cell, _ factory: ProbeFactory) throws -> Probe {
    try translated(cell) { try cell.inner.getOrInitialize { try factory.makeBlocking() } }
  }

  func close(_ cell: Cell, silent: Bool) throws { try translated(cell) { try cell.inner.close(silent: silent) } }

  func seed(_ cell: Cell, _ payload: Probe) throws { try translated(cell) { try cell.inner.seed(payload) } }

  private func translated<R>(_ cell: Cell, _ body: () throws -> R) throws -> R {
    func error(_ code: CellError.Code, _ message: String, _ cause: (any Error)? = nil) -> CellError {
      CellError(code, cell: cell.name, message: "\"\(cell.name)\" \(message)", underlying: cause)
    }
    do { return try body() } catch let failure as MyCell<Probe>.Failure {
      switch failure {
      case .closed: throw error(.closed, "was closed while it was made: call again")
      case .reentrant: throw error(.reentrant, "is asked for by its own factory: hand it what it needs")
      case .wouldBlock: throw error(.wouldBlockTask, "would block a task's thread: call it from a thread of your own")
      case .notAllowed: throw error(.seedNotAllowed, "takes no seed here: set KGFOUNDRY_ALLOW_RUNTIME_SEED=1 in a test")
      case .alreadyThere: throw error(.alreadyInitialized, "holds a payload: close it first")
      case .busy: throw error(.initializing, "is being made: wait for it or close it first")
      case .factory(let cause): throw error(.initializationFailed, "could not be made", cause)
      case .disposer(let cause): throw error(.disposeFailed, "could not be disposed", cause)
      }
    }
  }
}
// end: adapter

// begin: suite
@Suite(.serialized) struct MyCellConformance {
  static let kit = CellConformanceKit(MyBackend())

  @Test(arguments: kit.cases) func conforms(_ rule: RuleCase) async throws { try await Self.kit.check(rule) }
}
// end: suite

struct DocumentedBackendTests {
  @Test(arguments: ["cell", "adapter", "suite"])
  func `the page on writing a backend shows this file's code`(part: String) throws {
    let code = try String(contentsOf: URL(filePath: #filePath), encoding: .utf8)
    let begin = try #require(code.firstRange(of: "// begin: \(part)\n"))
    let end = try #require(code.firstRange(of: "// end: \(part)\n"))
    let page = try String(
      contentsOf: Repository.root.appending(path: "docs/writing-a-backend.md"), encoding: .utf8)
    #expect(page.contains(code[begin.upperBound..<end.lowerBound]))
  }
}
