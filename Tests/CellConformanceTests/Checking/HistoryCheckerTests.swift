import CellConformance
import CellContract
import Testing

/// Checker A on histories written by hand: each anomaly of factories and payloads in its plainest form, and beside it what
/// looks like it and is allowed.
struct HistoryCheckerTests {
  // MARK: - A1

  @Test func `a factory that begins though a payload is there is a double build`() {
    let history = SyntheticHistory { it in
      it.gets(1, run: 1, 1)
      it.gets(2, run: 2, 2)
    }
    #expect(history.reasons() == [.doubleBuild])
  }

  @Test func `a factory that begins after a seed returned is a double build`() {
    let history = SyntheticHistory { it in
      it.offers(1, 1)
      it.ends(1)
      it.gets(2, run: 1, 2)
    }
    #expect(history.reasons() == [.doubleBuild])
  }

  @Test func `a factory that begins during a seed or a close may be right`() {
    let duringSeed = SyntheticHistory { it in
      it.offers(1, 1)
      it.begins(2, .get)
      it.runs(1)
      it.throwing(1, .initializing)
      it.makes(1, 2)
      it.ends(2, 2)
    }
    #expect(duringSeed.reasons() == [])
    let duringClose = SyntheticHistory { it in
      it.gets(1, run: 1, 1)
      it.begins(2, .close)
      it.begins(3, .get)
      it.runs(2)
      it.disposes(1)
      it.ends(2)
      it.makes(2, 2)
      it.ends(3, 2)
    }
    #expect(duringClose.reasons() == [])
  }

  @Test func `what an abandoned factory made may be disposed, and the next call begins again`() {
    let cancelled = SyntheticHistory { it in
      it.begins(1, .get)
      it.runs(1)
      it.cancelled(1)
      it.makes(1, 1)
      it.disposes(1)
      it.gets(2, run: 2, 2)
    }
    #expect(cancelled.reasons() == [])
    let lateFactory = SyntheticHistory { it in
      it.begins(1, .get)
      it.throwing(1, .warmingUp)
      it.runs(1)
      it.makes(1, 1)
      it.disposes(1)
      it.gets(2, run: 2, 2)
    }
    #expect(lateFactory.reasons() == [])
  }

  @Test func `a caller that left excuses no double build of what another one was given`() {
    let history = SyntheticHistory { it in
      it.begins(1, .get)
      it.begins(2, .get)
      it.runs(1)
      it.cancelled(1)
      it.makes(1, 1)
      it.ends(2, 1)
      it.gets(3, run: 2, 2)
    }
    #expect(history.reasons() == [.doubleBuild])
  }

  @Test func `a factory that was given up leaves nothing, even before its callers are back`() {
    let history = SyntheticHistory { it in
      it.begins(1, .get)
      it.runs(1)
      it.makes(1, 1)
      it.begins(2, .get)
      it.runs(2)
      it.throwing(1, .initDeadlineExceeded)
      it.makes(2, 2)
      it.ends(2, 2)
    }
    #expect(history.reasons() == [])
  }

  @Test func `what a swap made is there once it was given to somebody, and not when a close came first`() {
    let refused = SyntheticHistory { it in
      it.gets(1, run: 1, 1)
      it.begins(2, .swap)
      it.closes(3, 1)
      it.runs(2, for: .swap)
      it.makes(2, 2, for: .swap)
      it.disposes(2)
      it.throwing(2, .closed)
      it.gets(4, run: 3, 3)
    }
    #expect(refused.reasons() == [])
    let published = SyntheticHistory { it in
      it.swaps(1, run: 1, 1)
      it.gets(2, run: 2, 2)
    }
    #expect(published.reasons() == [.doubleBuild])
  }

  // MARK: - A2

  @Test func `a factory that begins while another one runs overlaps it`() {
    let history = SyntheticHistory { it in
      it.begins(1, .get)
      it.begins(2, .get)
      it.runs(1)
      it.runs(2)
      it.makes(1, 1)
      it.makes(2, 2)
      it.ends(1, 1)
      it.ends(2, 2)
    }
    #expect(history.reasons() == [.overlappingFlights])
  }

  @Test func `a factory may run beside that of a swap, and after one that failed`() {
    let history = SyntheticHistory { it in
      it.begins(1, .get)
      it.runs(1)
      it.fails(1)
      it.throwing(1, .initializationFailed, run: 1)
      it.begins(2, .swap)
      it.runs(2, for: .swap)
      it.begins(3, .close)
      it.ends(3)
      it.begins(4, .get)
      it.runs(3)
      it.makes(3, 1)
      it.ends(4, 1)
      it.makes(2, 2, for: .swap)
      it.disposes(2)
      it.throwing(2, .closed)
    }
    #expect(history.reasons() == [])
  }

  // MARK: - A3

  @Test func `a payload that nobody made, or whose seed was refused, is a phantom`() {
    #expect(SyntheticHistory { $0.does(1, .get, 7) }.reasons() == [.phantomValue])
    let refused = SyntheticHistory { it in
      it.offers(1, 1)
      it.throwing(1, .alreadyInitialized)
      it.does(2, .get, 1)
    }
    #expect(refused.reasons() == [.phantomValue])
  }

  @Test func `a seed may be seen before its call is back, even if it never comes back`() {
    let overlapping = SyntheticHistory { it in
      it.offers(1, 1)
      it.does(2, .get, 1)
      it.ends(1)
    }
    #expect(overlapping.reasons() == [])
    let pending = SyntheticHistory { it in
      it.offers(1, 1)
      it.does(2, .get, 1)
    }
    #expect(pending.reasons() == [])
  }

  // MARK: - A6, A7, A8, A14

  @Test func `a second disposal is one too many`() {
    let history = SyntheticHistory { it in
      it.gets(1, run: 1, 1)
      it.closes(2, 1)
      it.closes(3, 1)
    }
    #expect(history.reasons() == [.doubleDispose])
  }

  @Test func `a payload that is left when all is closed is lost, and not before`() {
    let history = SyntheticHistory { it in
      it.gets(1, run: 1, 1)
      it.closes(2)
    }
    #expect(history.reasons(isComplete: true) == [.lostPayload])
    #expect(history.reasons(isComplete: false) == [])
  }

  @Test func `a refused seed is its owner's`() {
    let kept = SyntheticHistory { it in
      it.offers(1, 1)
      it.throwing(1, .alreadyInitialized)
    }
    #expect(kept.reasons(isComplete: true) == [])
    let disposed = SyntheticHistory { it in
      it.offers(1, 1)
      it.disposes(1)
      it.throwing(1, .alreadyInitialized)
    }
    #expect(disposed.reasons(isComplete: true) == [.foreignDispose])
  }

  @Test func `a disposer that begins during a use, or before a call that returns the payload, is too early`() {
    let inUse = SyntheticHistory { it in
      it.gets(1, run: 1, 1)
      it.begins(2, .use)
      it.uses(1)
      it.closes(3, 1)
      it.leaves(1)
      it.ends(2)
    }
    #expect(inUse.reasons() == [.useAfterDispose])
    let returned = SyntheticHistory { it in
      it.gets(1, run: 1, 1)
      it.begins(2, .close)
      it.disposes(1)
      it.does(3, .get, 1)
      it.ends(2)
    }
    #expect(returned.reasons() == [.useAfterDispose])
  }

  @Test func `a disposer may begin after the use, during a call that returns the payload, and by force`() {
    let after = SyntheticHistory { it in
      it.gets(1, run: 1, 1)
      it.begins(2, .use)
      it.uses(1)
      it.begins(3, .close)
      it.leaves(1)
      it.disposes(1)
      it.ends(3)
      it.ends(2)
    }
    #expect(after.reasons(isComplete: true) == [])
    let during = SyntheticHistory { it in
      it.gets(1, run: 1, 1)
      it.begins(2, .get)
      it.closes(3, 1)
      it.ends(2, 1)
    }
    #expect(during.reasons() == [])
    let forced = SyntheticHistory { it in
      it.gets(1, run: 1, 1)
      it.begins(2, .use)
      it.uses(1)
      it.begins(3, .forceClose)
      it.disposes(1)
      it.ends(3)
      it.leaves(1)
      it.ends(2)
    }
    #expect(forced.reasons() == [])
  }

  // MARK: - A9

  @Test func `an error that is told again after its flight was over splits the flight`() {
    let history = SyntheticHistory { it in
      it.begins(1, .get)
      it.runs(1)
      it.fails(1)
      it.throwing(1, .initializationFailed, run: 1)
      it.begins(2, .get)
      it.throwing(2, .initializationFailed, run: 1)
    }
    #expect(history.reasons() == [.splitFlight])
  }

  @Test func `callers that overlap share an error, and a cool-down may speak of an old one`() {
    let history = SyntheticHistory { it in
      it.begins(1, .get)
      it.begins(2, .get)
      it.runs(1)
      it.fails(1)
      it.throwing(1, .initializationFailed, run: 1)
      it.throwing(2, .initializationFailed, run: 1)
      it.begins(3, .get)
      it.throwing(3, .coolingDown, run: 1)
    }
    #expect(history.reasons() == [])
  }
}
