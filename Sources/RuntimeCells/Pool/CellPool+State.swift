internal import CellContract

extension CellPool {
  typealias Member = PoolMember<Key, Value>

  /// A caller that waits for a place.
  struct Waiting: Sendable {
    var key: Key
    var label: String
    var continuation: CheckedContinuation<Member, any Error>
    var timer: Task<Void, Never>?
  }

  /// What the pool keeps under its lock.
  struct State: Sendable {
    var table: PoolTable<Key>
    var members: [Key: Member] = [:]
    var waiting: [UInt64: Waiting] = [:]
    var cancelledEarly: Set<UInt64> = []
    var next: UInt64 = 0
    /// Counts of the cells that are gone.
    var past = Past()

    /// The use of a key that has a place already.
    mutating func enterIfPresent(_ key: Key) -> Member? {
      table.enterIfPresent(key) == nil ? nil : members[key]
    }

    /// The key's worth to somebody who looks for a place.
    static func worth(_ members: [Key: Member]) -> (Key) -> PoolTable<Key>.Worth {
      { members[$0]?.worth ?? .empty }
    }

    /// The pool's own row in its registry.
    func row(_ name: String) -> CellSnapshot {
      var row = past.sums
      row.name = name
      row.detail = table.isShutDown ? .shutDown : .idle
      row.waiters = waiting.count
      return row
    }
  }

  /// What cells that are gone have counted.
  struct Past: Sendable {
    /// All counts together, as one cell's.
    var sums = CellSnapshot(name: "")
    /// The highest generation of any of them: later cells go on from there, so that no key sees a number twice.
    var generation: UInt64 = 0

    mutating func add(_ cell: CellSnapshot, generation: UInt64) {
      sums.attempts += cell.attempts
      sums.built += cell.built
      sums.disposed += cell.disposed
      sums.droppedEvents += cell.droppedEvents
      if let waits = cell.gateWaits {
        sums.gateWaits = sums.gateWaits.map { $0.adding(waits) } ?? waits
      }
      self.generation = max(self.generation, generation)
    }
  }

  /// The pool as it is now. Takes the pool's lock, then each cell's, for a moment; never waits for user code.
  public func snapshot() -> CellPoolSnapshot {
    let (table, members, past, waiting) = state.withLock { ($0.table, $0.members, $0.past, $0.waiting.count) }
    let entries = table.entries.sorted { $0.value.lastUse < $1.value.lastUse }
    let keys = entries.compactMap { key, entry in
      members[key].map {
        CellPoolSnapshot.Member(
          key: $0.label, users: entry.users, isClosing: entry.isClosing, cell: $0.cell.snapshot())
      }
    }
    return CellPoolSnapshot(
      name: name, maxKeys: options.maxKeys, members: keys, waiting: waiting, evictions: table.evictions,
      refused: table.refused, built: keys.reduce(past.sums.built) { $0 + $1.cell.built },
      disposed: keys.reduce(past.sums.disposed) { $0 + $1.cell.disposed },
      live: keys.reduce(0) { $0 + $1.cell.live }, isShutDown: table.isShutDown)
  }
}
