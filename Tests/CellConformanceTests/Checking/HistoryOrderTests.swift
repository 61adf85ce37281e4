import CellConformance
import CellContract
import Testing

/// Checker A on histories written by hand: what may be seen after a swap, a close and a guard, and what observers are told.
struct HistoryOrderTests {
  // MARK: - A4

  @Test func `a call after a swap that returns the old payload is stale`() {
    let history = SyntheticHistory { it in
      it.gets(1, run: 1, 1)
      it.begins(2, .swap)
      it.runs(2, for: .swap)
      it.makes(2, 2, for: .swap)
      it.ends(2, 2)
      it.does(3, .get, 1)
    }
    #expect(history.reasons() == [.staleAfterSwap])
  }

  @Test func `a call during a swap may return either payload, one after a roll-back the old one`() {
    let during = SyntheticHistory { it in
      it.gets(1, run: 1, 1)
      it.begins(2, .swap)
      it.begins(3, .get)
      it.runs(2, for: .swap)
      it.makes(2, 2, for: .swap)
      it.does(4, .get, 2)
      it.ends(2, 2)
      it.ends(3, 1)
    }
    #expect(during.reasons() == [])
    let rolledBack = SyntheticHistory { it in
      it.gets(1, run: 1, 1)
      it.swaps(2, run: 2, 2)
      it.does(3, .rollBack)
      it.does(4, .get, 1)
    }
    #expect(rolledBack.reasons() == [])
  }

  @Test func `a seed that was offered before a swap may take its place after it`() {
    let history = SyntheticHistory { it in
      it.offers(1, 1)
      it.swaps(2, run: 1, 2)
      it.closes(3, 2)
      it.ends(1)
      it.does(4, .get, 1)
    }
    #expect(history.reasons() == [])
  }

  // MARK: - A5

  @Test func `a call after a close that returns the payload from before it is a resurrection`() {
    let built = SyntheticHistory { it in
      it.gets(1, run: 1, 1)
      it.begins(2, .close)
      it.ends(2)
      it.does(3, .get, 1)
    }
    #expect(built.reasons() == [.resurrection])
    let seeded = SyntheticHistory { it in
      it.offers(1, 1)
      it.ends(1)
      it.closes(2)
      it.does(3, .peek, 1)
    }
    #expect(seeded.reasons() == [.resurrection])
  }

  @Test func `a late product of a swap is one too`() {
    let history = SyntheticHistory { it in
      it.gets(1, run: 1, 1)
      it.begins(2, .swap)
      it.runs(2, for: .swap)
      it.closes(3, 1)
      it.makes(2, 2, for: .swap)
      it.ends(2, 2)
      it.does(4, .get, 2)
    }
    #expect(history.reasons() == [.resurrection])
  }

  @Test func `a seed that was offered before a close may take its place after it`() {
    let history = SyntheticHistory { it in
      it.offers(1, 1)
      it.closes(2)
      it.ends(1)
      it.does(3, .get, 1)
    }
    #expect(history.reasons() == [])
  }

  @Test func `a call during a close, and a close that failed, resurrect nothing`() {
    let during = SyntheticHistory { it in
      it.gets(1, run: 1, 1)
      it.begins(2, .close)
      it.does(3, .get, 1)
      it.disposes(1)
      it.ends(2)
    }
    #expect(during.reasons() == [])
    let failed = SyntheticHistory { it in
      it.gets(1, run: 1, 1)
      it.begins(2, .close)
      it.throwing(2, .reentrant)
      it.does(3, .get, 1)
    }
    #expect(failed.reasons() == [])
  }

  // MARK: - A11

  @Test func `what is guarded and succeeds while the guard is shut breaks it`() {
    let seed = SyntheticHistory { it in
      it.offers(1, 1, allowed: false)
      it.ends(1)
    }
    #expect(seed.reasons() == [.guardBreach])
    let neverOpened = SyntheticHistory(swapGuard: false) { it in
      it.gets(1, run: 1, 1)
      it.swaps(2, run: 2, 2, disposing: 1)
    }
    #expect(neverOpened.reasons() == [.guardBreach])
    let shutAgain = SyntheticHistory(swapGuard: false) { it in
      it.gets(1, run: 1, 1)
      it.sets(.swap, isOpen: true)
      it.swaps(2, run: 2, 2)
      it.sets(.swap, isOpen: false)
      it.does(3, .rollBack)
    }
    #expect(shutAgain.reasons() == [.guardBreach])
  }

  @Test func `a guard that opens or shuts during the call excuses it, and a refusal needs no excuse`() {
    let opens = SyntheticHistory(swapGuard: false) { it in
      it.gets(1, run: 1, 1)
      it.begins(2, .swap)
      it.sets(.swap, isOpen: true)
      it.runs(2, for: .swap)
      it.makes(2, 2, for: .swap)
      it.disposes(1)
      it.ends(2, 2)
    }
    #expect(opens.reasons() == [])
    let shuts = SyntheticHistory(swapGuard: false) { it in
      it.gets(1, run: 1, 1)
      it.sets(.swap, isOpen: true)
      it.begins(2, .swap)
      it.runs(2, for: .swap)
      it.sets(.swap, isOpen: false)
      it.makes(2, 2, for: .swap)
      it.disposes(1)
      it.ends(2, 2)
    }
    #expect(shuts.reasons() == [])
    let refused = SyntheticHistory(swapGuard: false) { it in
      it.sets(.seed, isOpen: true)
      it.begins(1, .swap)
      it.throwing(1, .swapNotAllowed)
    }
    #expect(refused.reasons() == [])
  }

  // MARK: - A12

  @Test func `a generation that goes back, or comes back after a close, regresses`() {
    let back = SyntheticHistory { it in
      it.sees(1, generation: 2)
      it.begins(2, .snapshot)
      it.sees(3, generation: 3)
      it.ends(2, generation: 3)
      it.begins(4, .snapshot)
      it.ends(4, generation: 1)
    }
    #expect(back.reasons() == [.generationRegress])
    let reused = SyntheticHistory { it in
      it.gets(1, run: 1, 1)
      it.sees(2, generation: 1)
      it.closes(3, 1)
      it.gets(4, run: 2, 2)
      it.sees(5, generation: 1)
    }
    #expect(reused.reasons() == [.generationRegress])
    let behindAnOverlap = SyntheticHistory { it in
      it.sees(1, generation: 5)
      it.begins(2, .snapshot)
      it.begins(3, .snapshot)
      it.ends(2, generation: 7)
      it.ends(3, generation: 4)
    }
    #expect(behindAnOverlap.reasons() == [.generationRegress])
  }

  @Test func `snapshots that overlap may come in any order, and a close may come after both`() {
    let overlapping = SyntheticHistory { it in
      it.begins(1, .snapshot)
      it.sees(2, generation: 2)
      it.ends(1, generation: 1)
    }
    #expect(overlapping.reasons() == [])
    let closing = SyntheticHistory { it in
      it.gets(1, run: 1, 1)
      it.sees(2, generation: 1)
      it.begins(3, .close)
      it.sees(4, generation: 1)
      it.disposes(1)
      it.ends(3)
    }
    #expect(closing.reasons() == [])
  }

  // MARK: - A13

  private static let disposal = CellEvent.Kind.disposed(
    .init(generation: CellGeneration(1), wasPublished: true, duration: .zero, error: nil))
  private static let success = CellEvent.Kind.initialized(
    .init(attempt: 1, outcome: .success, generation: CellGeneration(1), duration: .zero, waiters: 0, error: nil))
  private static let seeding = CellEvent.Kind.seeded(
    .init(generation: CellGeneration(1), source: .environment, stack: ""))
  private static let swapping = CellEvent.Kind.swapSucceeded(
    .init(from: nil, to: CellGeneration(2), attempts: 1, duration: .zero, error: nil))

  @Test func `events that are told before or more often than what they tell drift`() {
    let early = SyntheticHistory { it in
      it.gets(1, run: 1, 1)
      it.begins(2, .close)
      it.tells(1, Self.disposal)
      it.disposes(1)
      it.ends(2)
    }
    #expect(early.reasons() == [.metricDrift])
    let twice = SyntheticHistory { it in
      it.gets(1, run: 1, 1)
      it.tells(1, .initStarted(attempt: 1))
      it.tells(2, Self.success)
      it.tells(3, Self.success)
    }
    #expect(twice.reasons() == [.metricDrift])
    let refusedSeed = SyntheticHistory { it in
      it.offers(1, 1)
      it.throwing(1, .alreadyInitialized)
      it.tells(1, Self.seeding)
    }
    #expect(refusedSeed.reasons() == [.metricDrift])
    let noSwap = SyntheticHistory { it in
      it.gets(1, run: 1, 1)
      it.tells(1, Self.swapping)
    }
    #expect(noSwap.reasons() == [.metricDrift])
  }

  @Test func `events with a gap, or out of order, drift`() {
    for numbers: [UInt64] in [[1, 3], [2], [1, 1], [2, 1]] {
      let history = SyntheticHistory { it in
        for number in numbers { it.tells(number, .initStarted(attempt: number)) }
      }
      #expect(history.reasons() == [.metricDrift], "\(numbers)")
    }
  }

  @Test func `events may come late, and the last of them not yet`() {
    let history = SyntheticHistory { it in
      it.gets(1, run: 1, 1)
      it.tells(1, .initStarted(attempt: 1))
      it.closes(2, 1)
      it.offers(3, 2)
      it.tells(2, Self.success)
      it.tells(3, Self.disposal)
      it.tells(4, Self.seeding)
      it.ends(3)
      it.closes(4, 2)
    }
    #expect(history.reasons(isComplete: true) == [])
  }
}
