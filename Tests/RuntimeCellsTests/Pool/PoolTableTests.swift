import Testing

@testable import RuntimeCells

/// The rules of a pool, driven at random with a model of its cells around it. The seed is in the test's name.
@Suite struct PoolTableTests {
  typealias Table = PoolTable<Int>

  /// A table, and who does what with it.
  struct World {
    var table: Table
    var random: SplitMix
    var inside: [(request: UInt64, key: Int, id: UInt64)] = []
    var waiting: [UInt64: Int] = [:]
    var retiring: [(key: Int, id: UInt64)] = []
    var open: [Int: UInt64] = [:]
    var worth: [Int: Table.Worth] = [:]
    var next: UInt64 = 0
    var refusals = 0
    let refuses: Bool

    mutating func feed(_ effects: [Table.Effect]) {
      for effect in effects {
        switch effect {
        case .open(let key, let id):
          #expect(open[key] == nil, "a key has one cell at a time")
          open[key] = id
          worth[key] = .ready
        case .enter(let request, let key, let id):
          #expect(open[key] == id)
          #expect(waiting.removeValue(forKey: request) == key)
          inside.append((request, key, id))
        case .refuse(let request, _):
          #expect(waiting.removeValue(forKey: request) != nil)
          refusals += 1
        case .retire(let key, let id):
          #expect(open[key] == id)
          if !table.drainsInUse { #expect(!inside.contains { $0.id == id }, "a key in use is not evicted") }
          retiring.append((key, id))
        }
      }
      check()
    }

    func check() {
      #expect(open.count <= table.capacity)
      #expect(Set(open.keys) == Set(table.entries.keys))
      #expect(Set(table.queue.map(\.number)) == Set(waiting.keys))
      for (key, entry) in table.entries { #expect(entry.users == inside.count { $0.key == key }) }
      if refuses {
        let closing = table.entries.values.count { $0.isClosing }
        #expect(Set(waiting.values).count <= table.capacity - open.count + closing, "one waits without a promise")
      }
    }

    mutating func move() {
      let worth = worth
      let look: (Int) -> Table.Worth = { worth[$0] ?? .empty }
      switch random.next(10) {
      case 0..<4:
        next += 1
        let key = random.next(5)
        waiting[next] = key
        feed(table.request(.init(number: next, key: key, mayWait: !refuses), worth: look))
      case 4..<7:
        guard !inside.isEmpty else { return }
        let user = inside.remove(at: random.next(inside.count))
        feed(table.leave(user.key, id: user.id, isUseless: random.next(4) == 0, worth: look))
      case 7:
        guard let number = waiting.keys.min() else { return }
        let wasWaiting = table.giveUp(number, isLate: false)
        #expect(wasWaiting)
        waiting[number] = nil
        check()
      case 8:
        let key = random.next(5)
        if let entry = table.entries[key], !entry.isClosing, random.next(3) == 0, let id = table.close(key) {
          retiring.append((key, id))
        }
        self.worth[key] = [.empty, .ready, .making][random.next(3)]
      default: settle(look)
      }
    }

    /// A cell is disposed once its users have left.
    mutating func settle(_ look: (Int) -> Table.Worth) {
      guard let index = retiring.firstIndex(where: { closing in !inside.contains { $0.id == closing.id } }) else {
        return
      }
      let (key, id) = retiring.remove(at: index)
      open[key] = nil
      feed(table.gone(key, id: id, worth: look))
    }
  }

  @Test(arguments: 1...40, [false, true])
  func `no order of events breaks the bound or strands a caller`(seed: Int, refuses: Bool) {
    var world = World(
      table: Table(capacity: 1 + seed % 3, drainsInUse: seed % 2 == 0 && !refuses), random: .init(state: UInt64(seed)),
      refuses: refuses)
    for _ in 0..<500 { world.move() }
    // From any state on: once users leave and cells are disposed, everybody who waits gets in.
    let worth = world.worth
    while !world.waiting.isEmpty || !world.inside.isEmpty || !world.retiring.isEmpty {
      let before = (world.waiting.count, world.inside.count, world.retiring.count)
      if !world.inside.isEmpty {
        let user = world.inside.removeFirst()
        world.feed(world.table.leave(user.key, id: user.id, isUseless: false) { worth[$0] ?? .empty })
      }
      world.settle { worth[$0] ?? .empty }
      let after = (world.waiting.count, world.inside.count, world.retiring.count)
      if before == after { Issue.record("stuck: \(world)"); return }
    }
    #expect(world.table.entries.values.allSatisfy { $0.users == 0 && !$0.isClosing })
  }

  @Test func `the least worth goes first, then the least recently used`() {
    var table = Table(capacity: 3)
    var worth: [Int: Table.Worth] = [1: .ready, 2: .ready, 3: .ready]
    for key in 1...3 {
      _ = table.request(.init(number: UInt64(key), key: key, mayWait: true)) { _ in .ready }
      _ = table.leave(key, id: UInt64(key), isUseless: false) { _ in .ready }
    }
    _ = table.enterIfPresent(1)
    _ = table.leave(1, id: 1, isUseless: false) { _ in .ready }
    func victim(_ worth: [Int: Table.Worth]) -> [Table.Effect] {
      var copy = table
      return copy.request(.init(number: 9, key: 9, mayWait: true)) { worth[$0] ?? .empty }
    }
    #expect(victim(worth) == [.retire(2, id: 2)])
    worth[2] = .making
    #expect(victim(worth) == [.retire(3, id: 3)])
    worth[1] = .empty
    #expect(victim(worth) == [.retire(1, id: 1)])
  }
}

/// A small reproducible source of random numbers (Steele, Lea, Flood: SplitMix64).
struct SplitMix {
  var state: UInt64

  mutating func next(_ bound: Int) -> Int {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return Int((z ^ (z >> 31)) % UInt64(max(1, bound)))
  }
}
