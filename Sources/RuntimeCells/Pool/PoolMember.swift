internal import Synchronization

/// One stay of a key in its pool, and its cell.
final class PoolMember<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  let key: Key
  let label: String
  let id: UInt64
  let cell: RuntimeCell<Value>
  private let wayOut = Atomic<UInt8>(0)

  /// Why the key has to go.
  enum Exit: UInt8 {
    case none, evicted, closed
  }

  init(key: Key, label: String, id: UInt64, cell: RuntimeCell<Value>) {
    self.key = key
    self.label = label
    self.id = id
    self.cell = cell
  }

  /// Why it has to go, if it has to.
  var exit: Exit { Exit(rawValue: wayOut.load(ordering: .acquiring)) ?? .none }

  /// Notes why it has to go. The first reason stays.
  func leave(_ exit: Exit) {
    _ = wayOut.compareExchange(expected: 0, desired: exit.rawValue, ordering: .acquiringAndReleasing)
  }

  /// What the cell is worth to somebody who looks for a place. Takes the cell's lock when it is not ready.
  var worth: PoolTable<Key>.Worth {
    if cell.isReady { return .ready }
    return cell.core.locked { cell.core.machine.flight?.isStale == false } ? .making : .empty
  }

  /// Whether the cell has nothing to keep: no payload, no factory, no memory of a failure that later callers must meet.
  var isUseless: Bool {
    if cell.isReady { return false }
    let now = cell.core.configuration.clock.now
    return cell.core.locked {
      let machine = cell.core.machine
      guard machine.current == nil, machine.live == 0, machine.flight == nil else { return false }
      switch machine.memory {
      case .none: return true
      case .failed: return machine.isShutDown
      case .coolingDown(let until, _): return machine.isShutDown || until <= now
      }
    }
  }
}
