import Testing

/// The read path as a model: readers that mark, and a writer that swaps and closes, over a memory of choice. Each step is one
/// access to shared memory. The programs follow `CellGround.beginRead`, `CellRead.end`, `leftDrainingSlot` and the writer's
/// `open`, `hide`, `beginDraining` and `endDrainingIfEmpty`, line by line.
struct ReadPathModel<Memory: ModelMemory>: Hashable {
  /// What the writer does, one after the other; generation 1 is served from slot 0 before.
  enum Work: Hashable, Sendable {
    case swap
    case close
  }

  /// What can be left out, to see that it is needed.
  enum Omission: Hashable, Sendable, CaseIterable {
    case barrier
    case secondLook
    case checkAtTheEnd
    case releaseAtTheEnd
    case releaseOfThePublish
  }

  struct Plan: Hashable, Sendable, CustomTestStringConvertible {
    var readers: Int
    var reads: Int
    var work: [Work]
    var without: Omission?

    var testDescription: String {
      "\(Memory.self), \(readers) readers, \(reads) reads each, \(work.map { "\($0)" })"
        + (without.map { " without the \($0)" } ?? "")
    }
  }

  enum Step: Hashable {
    case look, mark, lookAgain, bodyBegins, bodyEnds, unmark, check
    case lock, scan, dispose, unlock
    case make, publish, drain, barrier
    case over
  }

  struct Actor: Hashable {
    var step: Step
    /// Reads or works still to do.
    var left: Int
    /// A reader's remembered word.
    var word: UInt8 = 0
    var lastSeen: UInt8 = 0
    /// The slot that is looked through the records for.
    var slot = 0
    var scanned = 0
    var foundMark = false
    /// Whether the body ran, as opposed to a mark that came too late.
    var didRead = false
  }

  let plan: Plan
  var memory: Memory
  /// The readers, then the writer.
  var actors: [Actor]
  var draining = [false, false]
  /// The generation in each slot, 0 when vacant.
  var payloads: [UInt8] = [1, 0]
  var generation: UInt8 = 1
  var broken: String?

  init(_ plan: Plan) {
    self.plan = plan
    memory = Memory(threads: plan.readers + 1, locations: plan.readers + 1, first: Self.word(1, slot: 0))
    actors = Array(repeating: Actor(step: .look, left: plan.reads), count: plan.readers)
    actors.append(Actor(step: .lock, left: plan.work.count))
  }

  static func word(_ generation: UInt8, slot: Int) -> UInt8 { generation << 1 | UInt8(slot) }

  var writer: Int { plan.readers }
  /// The slot that the writer publishes into.
  var nextSlot: Int { Int(generation) % 2 }
  /// The slot that is served, as the writer knows it.
  var servedSlot: Int { Int(generation + 1) % 2 }
  /// The plain memory that stands for the use of a slot by one thread.
  func use(of slot: Int, by thread: Int) -> Int { slot * (plan.readers + 1) + thread }

  /// Everything that can happen next.
  var successors: [(name: String, world: ReadPathModel)] {
    var result = memory.ownMoves.map { next in
      var world = self
      world.memory = next
      return (name: "a store arrives", world: world)
    }
    for thread in actors.indices where actors[thread].step != .over {
      result += successors(of: thread).map { ("\(thread) \(actors[thread].step)", $0) }
    }
    return result
  }

  var isOver: Bool { actors.allSatisfy { $0.step == .over } }
}
