import CellContract
import Synchronization

@testable import RuntimeCells

/// Counts what was built, disposed and freed, and notices use after disposal and double disposal.
final class Ledger: Sendable {
  private struct Counts: Sendable {
    var built = 0
    var disposed = 0
    var freed = 0
    var doubleDisposals = 0
  }
  // Not a Synchronization.Mutex: the thread sanitizer reports races on those that are none.
  private let state = Guarded(Counts())

  var built: Int { state.withLock { $0.built } }
  var disposed: Int { state.withLock { $0.disposed } }
  var freed: Int { state.withLock { $0.freed } }
  var doubleDisposals: Int { state.withLock { $0.doubleDisposals } }

  func make() -> Probe {
    Probe(
      number: state.withLock {
        $0.built += 1; return $0.built
      }, ledger: self)
  }
  fileprivate func dispose(isFirst: Bool) {
    state.withLock { if isFirst { $0.disposed += 1 } else { $0.doubleDisposals += 1 } }
  }
  fileprivate func free() { state.withLock { $0.freed += 1 } }
}

/// A payload with a number, closed by its cell.
final class Probe: Closeable {
  let number: Int
  private let ledger: Ledger
  private let closed = Atomic<Bool>(false)

  init(number: Int, ledger: Ledger) {
    self.number = number
    self.ledger = ledger
  }

  var isClosed: Bool { closed.load(ordering: .acquiring) }

  func close() { ledger.dispose(isFirst: !closed.exchange(true, ordering: .acquiringAndReleasing)) }

  deinit { ledger.free() }
}

/// An error with a number.
struct TestError: Error, Equatable {
  var number = 0
}
