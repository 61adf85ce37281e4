/// Visits all worlds that can be reached, once each.
struct Explorer {
  let alphabet: [MachineWorld.Operation]
  /// A plan that reaches this many worlds is too large: time and memory are finite.
  var limit = 60_000
  /// Fingerprints of the worlds seen. Two worlds share one with a probability of about n²/2^65: below one in a thousand
  /// for a hundred million.
  var seen: Set<Int> = []
  var moves = 0
  var failures: [String] = []
  /// Whether worlds were left out for the limit.
  var isCutShort = false

  /// How a world was reached, last move first.
  private final class Path {
    let move: MachineWorld.Move
    let before: Path?
    init(_ move: MachineWorld.Move, after before: Path?) {
      self.move = move
      self.before = before
    }
    var moves: [MachineWorld.Move] { (before?.moves ?? []) + [move] }
  }

  mutating func explore(_ start: MachineWorld, visit: (MachineWorld) -> Void = { _ in }) {
    seen = [start.hashValue]
    visit(start)
    var open: [(world: MachineWorld, path: Path?)] = [(start, nil)]
    while let (world, path) = open.popLast(), failures.count < 3 {
      guard seen.count < limit else {
        isCutShort = true
        return
      }
      for move in world.ownMoves + world.choices(alphabet) {
        moves += 1
        var next = world
        next.make(move)
        let reached = Path(move, after: path)
        if !next.broken.isEmpty { failures.append("\(next.broken) after \(reached.moves)") }
        guard seen.insert(next.hashValue).inserted else { continue }
        visit(next)
        open.append((next, reached))
      }
    }
  }
}
