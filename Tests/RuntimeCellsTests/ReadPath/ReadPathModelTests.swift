import Testing

/// Explores all interleavings of the marked read path, on x86's memory and on a weaker one. No sanitizer can see a barrier
/// that the kernel runs in other threads, so this is what stands for it (D15).
///
/// Larger plans were explored once and found good, but take minutes in a debug build: on x86 two readers with two reads each
/// over a swap and a close, on the weaker memory two readers over a swap and a close.
@Suite struct ReadPathModelTests {
  typealias Plan<Memory: ModelMemory> = ReadPathModel<Memory>.Plan

  @Test(arguments: [
    Plan<TotalStoreOrder>(readers: 1, reads: 3, work: [.swap, .swap, .close]),
    Plan<TotalStoreOrder>(readers: 2, reads: 1, work: [.swap, .swap, .close]),
  ])
  func `on x86 no interleaving breaks a promise`(plan: Plan<TotalStoreOrder>) {
    let found = explore(plan)
    #expect(found.failure == nil)
  }

  @Test(arguments: [
    Plan<LaggingViews>(readers: 1, reads: 2, work: [.swap, .swap, .close]),
    Plan<LaggingViews>(readers: 2, reads: 1, work: [.close]),
    Plan<LaggingViews>(readers: 2, reads: 1, work: [.swap]),
  ])
  func `on a weaker memory no interleaving breaks a promise`(plan: Plan<LaggingViews>) {
    let found = explore(plan)
    #expect(found.failure == nil)
  }

  @Test func `without the barrier a body meets a disposed payload`() {
    expectFailure(without: .barrier, of: TotalStoreOrder.self, work: [.close], "finds 0 (0: disposed)")
    expectFailure(without: .barrier, of: LaggingViews.self, work: [.close], "finds 0 (0: disposed)")
  }

  @Test func `without the second look a body meets a disposed payload`() {
    expectFailure(without: .secondLook, of: TotalStoreOrder.self, work: [.close], "finds 0 (0: disposed)")
    expectFailure(without: .secondLook, of: LaggingViews.self, work: [.close], "finds 0 (0: disposed)")
  }

  @Test func `without the check at the end a payload is never disposed`() {
    expectFailure(without: .checkAtTheEnd, of: TotalStoreOrder.self, work: [.close], "stranded")
    expectFailure(without: .checkAtTheEnd, of: LaggingViews.self, work: [.close], "stranded")
  }

  @Test func `without the release at the end a disposal is not ordered after the read`() {
    expectFailure(without: .releaseAtTheEnd, of: LaggingViews.self, work: [.close], "not known to be over")
  }

  @Test func `without the release of the publish a body meets an unfinished payload`() {
    expectFailure(without: .releaseOfThePublish, of: LaggingViews.self, work: [.swap], "before it was made")
  }

  private func expectFailure<Memory: ModelMemory>(
    without omission: ReadPathModel<Memory>.Omission, of: Memory.Type, work: [ReadPathModel<Memory>.Work],
    _ expected: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let failures = explore(Plan<Memory>(readers: 1, reads: 1, work: work, without: omission), stopAtFirst: false)
    #expect(
      failures.all.contains { $0.contains(expected) }, "\(failures.all)", sourceLocation: sourceLocation)
  }

  /// Visits every world that can be reached, once. A failure comes with the steps that lead to it.
  private func explore<Memory: ModelMemory>(
    _ plan: Plan<Memory>, stopAtFirst: Bool = true
  ) -> (worlds: Int, failure: String?, all: Set<String>) {
    let start = ReadPathModel<Memory>(plan)
    var seen: Set<ReadPathModel<Memory>> = [start]
    var open = [(world: start, trace: Trace(name: "start", before: nil))]
    var all: Set<String> = []
    while let (world, trace) = open.popLast() {
      let successors = world.successors
      var failure = world.broken
      if successors.isEmpty, !world.isOver || world.payloads != world.expectedAtTheEnd {
        failure = "stranded: slots hold \(world.payloads), draining \(world.draining), \(world.actors.map(\.step))"
      }
      if let failure {
        all.insert(failure)
        if stopAtFirst { return (seen.count, "\(failure) after \(trace.names)", all) }
        continue
      }
      for (name, next) in successors where seen.insert(next).inserted {
        open.append((next, Trace(name: name, before: trace)))
      }
    }
    print("explored \(seen.count) worlds: \(plan.testDescription)")
    return (seen.count, nil, all)
  }

  private final class Trace {
    let name: String
    let before: Trace?
    init(name: String, before: Trace?) {
      self.name = name
      self.before = before
    }
    var names: [String] {
      var names: [String] = []
      var trace: Trace? = self
      while let current = trace {
        names.append(current.name)
        trace = current.before
      }
      return names.reversed()
    }
  }
}

extension ReadPathModel {
  /// What the slots hold when everybody is done.
  var expectedAtTheEnd: [UInt8] {
    if plan.work.last == .close { return [0, 0] }
    return servedSlot == 0 ? [generation, 0] : [0, generation]
  }
}
