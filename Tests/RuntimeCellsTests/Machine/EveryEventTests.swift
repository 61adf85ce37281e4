import Testing

@testable import RuntimeCells

/// Every event in every state that can be reached, the ill-timed and the ill-addressed ones included.
@Suite struct EveryEventTests {
  typealias Machine = CellStateMachine

  static let events: [Machine.Event] = [
    .acquire(900, hasFactory: true), .acquire(901, hasFactory: false), .leave(902, .cancelled), .leave(902, .deadline),
    .built(903), .failed(903, isRetryable: true, jitter: 0), .rejected(903), .notAdmitted(903),
    .initDeadline(903, jitter: 0), .seed, .reset, .pause(true), .pause(false),
    .swap(904, resourcePreserving: false, keepsOld: true), .swap(904, resourcePreserving: true, keepsOld: false),
    .leaveSwap(905, .cancelled), .probationEnds(906), .rollBack(906), .close(907, isFinal: false, force: false),
    .close(907, isFinal: true, force: true), .close(nil, isFinal: true, force: false), .closeDeadline(908),
    .drained(0), .drained(1), .disposed(0, failed: false), .disposed(1, failed: true),
  ]

  @Test func `no event breaks the machine in any state`() {
    var explorer = Explorer(alphabet: [.acquire, .swapProbation, .close])
    var states: Set<Machine> = []
    explorer.explore(MachineWorld(actors: 2, operations: 1)) { states.insert($0.machine) }
    #expect(states.count > 50)
    for state in states {
      for event in Self.events {
        var machine = state
        let effects = machine.handle(event)
        check(machine, effects, "\(event) in \(state)")
      }
    }
  }

  /// Truths about a machine by itself.
  func check(_ machine: Machine, _ effects: [Machine.Effect], _ context: String) {
    #expect(machine.built == machine.disposed + UInt64(machine.live), "\(context)")
    if let current = machine.current {
      guard case .live = machine.slots[current] else {
        Issue.record("current slot is not live: \(context)")
        return
      }
      #expect(!machine.isShutDown, "\(context)")
    }
    #expect(machine.slots.count { if case .live = $0 { true } else { false } } == (machine.current == nil ? 0 : 1))
    let answers = effects.filter {
      switch $0 {
      case .grant(900, _, _), .refuse(900, _), .grant(901, _, _), .refuse(901, _): true
      default: false
      }
    }
    #expect(answers.count <= 1, "\(context)")
  }

  @Test func `events for unknown callers, tickets and generations change nothing`() {
    var explorer = Explorer(alphabet: [.acquire, .swapProbation, .close])
    var states: Set<Machine> = []
    explorer.explore(MachineWorld(actors: 2, operations: 1)) { states.insert($0.machine) }
    let foreign: [Machine.Event] = [
      .leave(902, .cancelled), .built(903), .failed(903, isRetryable: true, jitter: 0), .rejected(903),
      .notAdmitted(903), .initDeadline(903, jitter: 0), .leaveSwap(905, .cancelled), .probationEnds(906),
      .closeDeadline(908),
    ]
    for state in states {
      for event in foreign {
        var machine = state
        let effects = machine.handle(event)
        #expect(effects.isEmpty && machine == state, "\(event) in \(state)")
      }
    }
  }

  @Test func `back-off grows to its cap, is jittered downwards, and survives silly numbers`() {
    let backoff = Backoff(initial: .seconds(1), factor: 2, cap: .seconds(5), jitter: 0)
    #expect((1...5).map { backoff.delay(afterFailure: $0, jitter: 0.9) } == [1, 2, 4, 5, 5].map { .seconds($0) })
    let jittered = Backoff(initial: .seconds(4), factor: 2, cap: .seconds(5), jitter: 0.5)
    #expect(jittered.delay(afterFailure: 1, jitter: 0.5) == .seconds(3))
    let silly = Backoff(initial: .seconds(1), factor: .infinity, cap: .seconds(-1), jitter: .nan)
    #expect(silly.delay(afterFailure: .max, jitter: 2) == .zero)
    let huge = Backoff(initial: .seconds(1), factor: 1e9, cap: .seconds(Int64.max / 2), jitter: 0)
    #expect(huge.delay(afterFailure: 100, jitter: 0) > .seconds(Int64.max / 4))
  }
}
