/// The texts that wait, in turn by caller: each text of a batch is the next one of another lane, round and round.
///
/// A lane is one caller's calls in their order. A caller that sends a thousand texts so has one turn a round, like
/// everybody else. A value type without a clock or a lock: the service owns it.
struct RequestQueue {
  /// One text of a call.
  struct Item: Hashable {
    /// Number of the call.
    var call: Int
    /// Which of the call's texts, counted from 0.
    var place: Int
    var text: String
    /// When the call came, by the service's clock.
    var since: Duration
  }

  /// Who a call belongs to. Calls without a name are each a caller of their own.
  enum Lane: Hashable {
    case named(String)
    case anonymous(Int)
  }

  private struct Waiting {
    var items: [Item]
    var next = 0
    var left: Int { items.count - next }
  }

  private var lanes: [(lane: Lane, calls: [Waiting])] = []
  private var turn = 0
  /// Texts that wait.
  private(set) var count = 0

  /// When the text came that has waited longest.
  var oldest: Duration? { lanes.compactMap { $0.calls.first?.items.first?.since }.min() }

  /// Puts a call's texts behind the caller's earlier ones; `items` all belong to one call.
  mutating func add(_ items: [Item], lane: Lane) {
    guard !items.isEmpty else { return }
    count += items.count
    if let index = lanes.firstIndex(where: { $0.lane == lane }) {
      lanes[index].calls.append(Waiting(items: items))
    } else {
      // Behind the lane whose turn it is last, so that a new caller does not go before those who wait.
      lanes.insert((lane, [Waiting(items: items)]), at: turn)
      turn = (turn + 1) % lanes.count
    }
  }

  /// Takes up to `limit` texts.
  mutating func take(_ limit: Int) -> [Item] {
    var taken: [Item] = []
    taken.reserveCapacity(min(limit, count))
    while taken.count < limit, !lanes.isEmpty {
      var call = lanes[turn].calls[0]
      taken.append(call.items[call.next])
      call.next += 1
      lanes[turn].calls[0] = call
      if call.left == 0 { lanes[turn].calls.removeFirst() }
      if lanes[turn].calls.isEmpty {
        lanes.remove(at: turn)
        if turn >= lanes.count { turn = 0 }
      } else {
        turn = (turn + 1) % lanes.count
      }
    }
    count -= taken.count
    return taken
  }

  /// Removes what still waits of a call.
  mutating func remove(call: Int) {
    for index in lanes.indices.reversed() {
      lanes[index].calls.removeAll { waiting in
        guard waiting.items.first?.call == call else { return false }
        count -= waiting.left
        return true
      }
      guard lanes[index].calls.isEmpty else { continue }
      lanes.remove(at: index)
      if index < turn { turn -= 1 }
    }
    if turn >= lanes.count { turn = 0 }
  }
}
