/// The rules of a pool, without its cells: which keys have a place, who uses them, who waits for one, which key must go.
///
/// A value, like ``CellStateMachine``: the pool feeds it under its lock and carries out the effects; tests explore it alone.
/// A key occupies a place from the moment its cell is made until that cell is disposed, so there are never more payloads
/// than places.
struct PoolTable<Key: Hashable & Sendable>: Sendable {
  /// What an unused key's cell is worth when a place is needed; the least goes first.
  enum Worth: Int, Comparable {
    /// It holds no payload: nothing is lost.
    case empty
    case ready
    /// A factory still runs, though nobody waits for it any more.
    case making

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  /// A key that has a place.
  struct Entry: Hashable, Sendable {
    /// Tells one stay of the key in the pool from the next.
    var id: UInt64
    var users: Int
    /// When a user last came or went, in ticks of the table.
    var lastUse: UInt64
    /// Its cell is being disposed; whoever wants the key waits for a new place.
    var isClosing = false
  }

  /// A caller that waits for a place.
  struct Request: Hashable, Sendable {
    var number: UInt64
    var key: Key
    /// Refused rather than made to wait, if no place is on its way.
    var mayWait: Bool
  }

  enum Refusal: Hashable, Sendable {
    case full
    case closed
    case shutDown
  }

  /// What must be done, in order.
  enum Effect: Hashable, Sendable {
    /// Make the key's cell.
    case open(Key, id: UInt64)
    /// The caller is a user of the key now.
    case enter(request: UInt64, Key, id: UInt64)
    case refuse(request: UInt64, Refusal)
    /// Dispose the key's cell, then say ``gone(_:id:worth:)``.
    case retire(Key, id: UInt64)
  }

  let capacity: Int
  /// Whether a key in use may be told to go when all are: its users finish, and nobody new comes in.
  let drainsInUse: Bool
  private(set) var entries: [Key: Entry] = [:]
  private(set) var queue: [Request] = []
  private(set) var isShutDown = false
  private(set) var evictions: UInt64 = 0
  private(set) var refused: UInt64 = 0
  private var ticks: UInt64 = 0
  private var stays: UInt64 = 0

  init(capacity: Int, drainsInUse: Bool = false) {
    self.capacity = capacity
    self.drainsInUse = drainsInUse
  }

  /// Makes the caller a user of the key if the key has a place; nil if it has none.
  mutating func enterIfPresent(_ key: Key) -> UInt64? {
    guard !isShutDown, let entry = entries[key], !entry.isClosing else { return nil }
    use(key, users: 1)
    return entry.id
  }

  /// A caller wants a key: it is let in, waits for a place, or is refused.
  mutating func request(_ request: Request, worth: (Key) -> Worth) -> [Effect] {
    if isShutDown { return [.refuse(request: request.number, .shutDown)] }
    if let id = enterIfPresent(request.key) { return [.enter(request: request.number, request.key, id: id)] }
    queue.append(request)
    var effects = serve(worth: worth)
    if !request.mayWait, shortage > 0, let index = queue.firstIndex(where: { $0.number == request.number }) {
      queue.remove(at: index)
      refused += 1
      effects.append(.refuse(request: request.number, .full))
    }
    return effects
  }

  /// A caller gives up. Returns whether it was still waiting.
  mutating func giveUp(_ number: UInt64, isLate: Bool) -> Bool {
    guard let index = queue.firstIndex(where: { $0.number == number }) else { return false }
    queue.remove(at: index)
    if isLate { refused += 1 }
    return true
  }

  /// A user is done. `isUseless`: the cell holds nothing worth a place, so the key goes with its last user.
  mutating func leave(_ key: Key, id: UInt64, isUseless: Bool, worth: (Key) -> Worth) -> [Effect] {
    guard let entry = entries[key], entry.id == id else { return [] }
    use(key, users: -1)
    if entry.users == 1, isUseless, !entry.isClosing { return retire(key) + serve(worth: worth) }
    // Places are looked for only when somebody lacks one: this is the way of every use.
    return queue.isEmpty ? [] : serve(worth: worth)
  }

  /// The key's cell is disposed: its place is free.
  mutating func gone(_ key: Key, id: UInt64, worth: (Key) -> Worth) -> [Effect] {
    guard let entry = entries[key], entry.id == id else { return [] }
    entries[key] = nil
    return serve(worth: worth)
  }

  /// Takes a key out, whoever uses it. Nil if it has no place.
  mutating func close(_ key: Key) -> UInt64? {
    guard let entry = entries[key] else { return nil }
    entries[key]?.isClosing = true
    return entry.id
  }

  /// Takes all keys out and refuses all who wait.
  mutating func closeAll(isFinal: Bool) -> [Effect] {
    if isFinal { isShutDown = true }
    let refusals: [Effect] = queue.map { .refuse(request: $0.number, isFinal ? .shutDown : .closed) }
    queue = []
    for key in entries.keys { entries[key]?.isClosing = true }
    return refusals
  }

  /// Gives free places to those who wait, first come first served, and makes places while keys can go.
  private mutating func serve(worth: (Key) -> Worth) -> [Effect] {
    var effects: [Effect] = []
    while entries.count < capacity, let next = queue.first(where: { entries[$0.key] == nil }) {
      stays += 1
      entries[next.key] = Entry(id: stays, users: 0, lastUse: ticks)
      effects.append(.open(next.key, id: stays))
      for request in queue where request.key == next.key {
        use(request.key, users: 1)
        effects.append(.enter(request: request.number, request.key, id: stays))
      }
      queue.removeAll { $0.key == next.key }
    }
    // A key that is being closed under its users gives its place back some day; one that nobody uses does so soon.
    while shortage(countingUsed: false) > 0, let victim = idleVictim(worth: worth) {
      evictions += 1
      effects += retire(victim)
    }
    while drainsInUse, shortage > 0, let victim = usedVictim(worth: worth) {
      evictions += 1
      effects += retire(victim)
    }
    return effects
  }

  /// Places wanted beyond those that are free or becoming free.
  private var shortage: Int { shortage(countingUsed: true) }

  private func shortage(countingUsed: Bool) -> Int {
    guard !queue.isEmpty else { return 0 }
    let closing = entries.values.count { $0.isClosing && (countingUsed || $0.users == 0) }
    return Set(queue.map(\.key)).count - (capacity - entries.count + closing)
  }

  /// The unused key that can best be missed.
  private func idleVictim(worth: (Key) -> Worth) -> Key? {
    entries.filter { !$0.value.isClosing && $0.value.users == 0 }
      .map { (key: $0.key, worth: worth($0.key), lastUse: $0.value.lastUse) }
      .min { ($0.worth, $0.lastUse) < ($1.worth, $1.lastUse) }?.key
  }

  /// The least recently used key. Not one that is being made: its callers would be refused, while users of a ready one
  /// just finish.
  private func usedVictim(worth: (Key) -> Worth) -> Key? {
    entries.filter { !$0.value.isClosing && worth($0.key) == .ready }
      .min { $0.value.lastUse < $1.value.lastUse }?.key
  }

  private mutating func retire(_ key: Key) -> [Effect] {
    guard let id = close(key) else { return [] }
    return [.retire(key, id: id)]
  }

  private mutating func use(_ key: Key, users: Int) {
    ticks += 1
    entries[key]?.users += users
    entries[key]?.lastUse = ticks
  }
}
