extension RuleCatalogue {
  /// One fixed round: everybody asks the same empty cell at once.
  private static func hammer(_ id: String, callers: Int, callsEach: Int, title: String) -> Rule {
    Rule(
      id, .must, title, kind: .stochastic,
      spec: "However many callers ask an empty cell at once, one factory MUST run and all MUST get its payload.",
      why: "A cold start under load is the moment a cell is for.",
      check: "Look for a gap between looking at the state and changing it.",
      kills: [.init("racy-start", .overlappingFlights, .doubleBuild)]
    ) { stage in
      for _ in 0..<(3 * stage.options.effort) {
        let cell = try stage.cell()
        try stage.race(
          (0..<callers).map { _ in
            (0..<callsEach).map { _ in RaceStep(cell: cell, operation: .get(cell.factory(.init(pauses: 2)))) }
          })
        try stage.expectNoAnomaly(in: cell)
        let outcomes = stage.outcomes(of: .get, on: cell)
        for outcome in outcomes { try stage.payload(outcome, of: "getOrInitialize") }
        let serials = Set(outcomes.compactMap(\.serial))
        try stage.expect(
          serials.count == 1, .doubleBuild, "\(outcomes.count) calls returned payloads \(serials.sorted())")
        let runs = stage.factoryRuns(of: cell)
        try stage.expect(runs == 1, .doubleBuild, "\(outcomes.count) calls at once, \(runs) factory runs")
      }
    }
  }

  static let races: [Rule] = [
    hammer("CELL-9.01", callers: 32, callsEach: 1, title: "32 callers at once make one payload"),
    hammer("CELL-9.02", callers: 64, callsEach: 1, title: "64 callers at once make one payload"),
    hammer("CELL-9.03", callers: 128, callsEach: 1, title: "128 callers at once make one payload"),
    hammer("CELL-9.04", callers: 16, callsEach: 8, title: "128 calls by 16 workers make one payload"),

    Rule(
      "CELL-9.05", .must, "Gets that race closes leave no anomaly", kind: .stochastic,
      spec: "Any interleaving of getOrInitialize, peek and close MUST be explained by some order of the calls.",
      why: "Services restart parts of themselves while requests arrive.",
      check: "Read the proof of the anomaly: it names the two steps that must not both have happened.",
      kills: [.init("racy-start", .overlappingFlights, .doubleBuild)]
    ) { stage in
      for _ in 0..<(24 * stage.options.effort) {
        let cell = try stage.cell()
        let lanes = Int.random(in: 2...4, using: &stage.random)
        let programs = (0..<lanes).map { _ in
          (0..<Int.random(in: 1...4, using: &stage.random)).map { _ -> RaceStep in
            let operation: Operation =
              switch Int.random(in: 0..<10, using: &stage.random) {
              case 0..<6: .get(cell.factory(.init(pauses: Int.random(in: 0...3, using: &stage.random))))
              case 6..<7: .get(cell.factory(.init(fails: true)))
              case 7..<8: .peek
              default: .close(silent: true)
              }
            return RaceStep(cell: cell, operation: operation)
          }
        }
        try stage.race(programs)
        try stage.expectNoAnomaly(in: cell)
      }
    },

    Rule(
      "CELL-9.06", .must, "Closes that race each other dispose once", kind: .stochastic,
      spec: "However closes interleave, each payload MUST be disposed exactly once.",
      why: "Two shutdown paths meet at the worst moment.",
      check: "Is the payload taken out in the same critical section in which it is found?",
      kills: [.init("racy-close", .doubleDispose)]
    ) { stage in
      for _ in 0..<(12 * stage.options.effort) {
        let cell = try stage.cell()
        try stage.payload(try cell.get(), of: "getOrInitialize")
        try stage.race((0..<4).map { _ in [RaceStep(cell: cell, operation: .close(silent: true))] })
        try stage.expectNoAnomaly(in: cell)
      }
    },

    Rule(
      "CELL-9.07", .must, "Failures under contention strand nobody", kind: .stochastic,
      spec:
        "When factories fail under contention, every caller MUST return, with a payload or the error of its flight.",
      why: "A failing backend with many clients is the usual emergency.",
      check: "Is every waiter woken on the failure path, and does a new flight start cleanly?",
      kills: [.init("failure-reaches-leader-only", .lostWakeup)]
    ) { stage in
      for round in 0..<(8 * stage.options.effort) {
        let cell = try stage.cell()
        try stage.race(
          (0..<8).map { lane in
            (0..<2).map { _ in
              // Every other round nothing succeeds, so that no later success wakes those whom a failure left asleep.
              let fails = round.isMultiple(of: 2) || lane.isMultiple(of: 2)
              return RaceStep(cell: cell, operation: .get(cell.factory(.init(fails: fails, pauses: 8))))
            }
          })
        try stage.expectNoAnomaly(in: cell)
      }
    },

    Rule(
      "CELL-9.08", .must, "Leases that race closes never see a disposed payload", kind: .stochastic, needs: [.leasing],
      spec: "However leases and closes interleave, no payload MUST be disposed while a lease on it is held.",
      why: "A search over an index that is being unmapped crashes the process.",
      check: "Is the lease counted in the same step that finds the payload?",
      kills: [.init("racy-lease", .useAfterDispose)]
    ) { stage in
      for _ in 0..<(16 * stage.options.effort) {
        let cell = try stage.cell()
        let body = LeaseBody(gate: nil, inside: nil, cell: cell.index, lane: 0, core: stage.core)
        let use = RaceStep(cell: cell, operation: .use(cell.factory(), body))
        let close = RaceStep(cell: cell, operation: .close(silent: true))
        try stage.race([[use, use, use], [use, close, use], [close, use, close]])
        try stage.expectNoAnomaly(in: cell)
      }
    },

    Rule(
      "CELL-9.09", .must, "Of seeds and factories that race each other, one wins", kind: .stochastic, needs: [.seeding],
      spec: "However seeds and getOrInitialize interleave in an empty cell, one seed or one factory MUST succeed.",
      why: "Two seeds that both succeed lose a payload, and nobody is told whose.",
      check: "Is the state looked at and the seed stored in one and the same critical section?",
      kills: [.init("racy-seed", .doubleBuild)]
    ) { stage in
      for round in 0..<(64 * stage.options.effort) {
        let cell = try stage.cell()
        cell.setSeedGuard("1")
        // Every other round is seeds against each other, the rest against factories that begin or end meanwhile.
        let gets = round.isMultiple(of: 2) ? 0 : 2
        let seeds = (0..<(4 - gets)).map { _ in [RaceStep(cell: cell, operation: .seed(cell.payload(), allowed: true))]
        }
        let getters = (0..<gets).map { _ in
          let pauses = Int.random(in: 0...2, using: &stage.random)
          return [RaceStep(cell: cell, operation: .get(cell.factory(.init(pauses: pauses))))]
        }
        try stage.race((seeds + getters).shuffled(using: &stage.random))
        let seeded = stage.outcomes(of: .seed, on: cell).count { $0.failure == nil }
        let runs = stage.factoryRuns(of: cell)
        try stage.expect(
          seeded + runs <= 1, .doubleBuild, "\(seeded) seeds and \(runs) factories filled one empty cell at once")
        try stage.expect(seeded + runs == 1, .missingError, "every seed of an empty cell was refused")
        try stage.expectNoAnomaly(in: cell)
      }
    },
  ]
}
