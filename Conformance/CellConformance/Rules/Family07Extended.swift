import CellContract

extension RuleCatalogue {
  static let extendedEvents: [Rule] = [
    Rule(
      "CELL-7.10", .must, "Every swap is told, with its outcome", needs: [.events, .swapping],
      spec:
        "A swap that published MUST send one swapSucceeded event, one that failed one swapFailed event with the error.",
      why: "Whoever looks at a graph that jumps wants to see the swap beside it.",
      check: "Is there an event on both ways out?",
      kills: [.init("event-swap-missing", .metricDrift)]
    ) { stage in
      let cell = try stage.cell()
      cell.setSwapGuard("1")
      try stage.payload(try cell.get(), of: "getOrInitialize")
      try stage.payload(try cell.swap(), of: "swap()")
      try stage.failure(try cell.swap(.init(fails: true)), .swapFailed, of: "swap() with a failing factory")
      try stage.expectTold(1, "a swap succeeded", of: cell) {
        if case .swapSucceeded(let swap) = $0 { (swap.to?.rawValue ?? 0) > (swap.from?.rawValue ?? 0) } else { false }
      }
      try stage.expectTold(1, "a swap failed", of: cell) {
        if case .swapFailed(let swap) = $0 { swap.error != nil } else { false }
      }
    },

    Rule(
      "CELL-7.11", .must, "Every roll-back is told", needs: [.events, .probation],
      spec: "A roll-back MUST send one rolledBack event with the new number and the one that it restores.",
      why: "A generation that serves under two numbers needs the link between them.",
      check: "Is the event sent where the payload is published again?",
      kills: [.init("event-roll-back-missing", .metricDrift)]
    ) { stage in
      let cell = try stage.cell()
      cell.setSwapGuard("1")
      try stage.payload(try cell.get(), of: "getOrInitialize")
      try stage.payload(try cell.swap(probation: .seconds(10)), of: "swap()")
      try stage.success(try cell.rollBack(), of: "rollBack()")
      try stage.expectTold(1, "a roll-back happened", of: cell) {
        if case .rolledBack(let back) = $0 {
          back.to.rawValue > back.from.rawValue && back.restores != back.to
        } else {
          false
        }
      }
    },

    Rule(
      "CELL-7.12", .must, "A close that gave up tells who still holds the payload",
      needs: [.events, .leasing, .closeDeadlines],
      spec: "A close whose deadline passed while leases were held MUST send one leaseLeak event with their number.",
      why: "The alarm that somebody must get up for.",
      check: "Is the event sent where the deadline is found to have passed?",
      kills: [.init("event-leak-missing", .metricDrift)]
    ) { stage in
      let cell = try stage.cell()
      let (user, gate) = try stage.holdPlace(in: cell)
      let close = try cell.startClose(deadline: .seconds(10))
      try stage.armed("a close with a deadline must wait by the world's clock")
      stage.clock.advance(by: .seconds(11))
      let told = try close.outcome()
      gate.open()
      try stage.failure(told, .deadlineExceeded, of: "close(deadline:) with a lease held")
      try stage.success(try user.outcome(), of: "withValue")
      try stage.expectTold(1, "a lease outlived a close", of: cell) {
        if case .leaseLeak(_, let holders, _) = $0 { holders == 1 } else { false }
      }
    },

    Rule(
      "CELL-7.13", .must, "Every caller that the gate turns away is told of", needs: [.events, .leasing, .gate],
      spec: "Each cell.overloaded MUST send one gateOverloaded event.",
      why: "Overload is seen by the clients first, unless it is counted.",
      check: "Is the event sent on each way of being turned away?",
      kills: [.init("event-overload-missing", .metricDrift)]
    ) { stage in
      let cell = try stage.cell("gated", .gate(GatePlan(maxConcurrency: 1, maxQueue: 0)))
      let (user, gate) = try stage.holdPlace(in: cell)
      for _ in 0..<2 { try stage.failure(try cell.startUse().outcome(), .overloaded, of: "withValue at a full gate") }
      gate.open()
      try stage.success(try user.outcome(), of: "withValue")
      try stage.expectTold(2, "a caller was turned away", of: cell) {
        if case .gateOverloaded(let after) = $0 { after > .zero } else { false }
      }
    },
  ]
}
