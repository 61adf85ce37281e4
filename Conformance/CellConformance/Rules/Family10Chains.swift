import CellContract

extension RuleCatalogue {
  static let chains: [Rule] = [
    Rule(
      "CELL-10.12", .must, "A long chain of factories ends",
      spec: "A chain of eight cells, the factory of each asking for the next, MUST end with all of them ready.",
      why: "A pool of loader threads whose threads wait for one another stands still, and only where chains are long.",
      check: "Does a thread that is about to wait for another cell's factory make room for one more?",
      kills: [.init("four-loaders-for-all", .blocked)]
    ) { stage in
      let cells = try (1...8).map { try stage.cell("link \($0)") }
      var plan = ProbeFactory.Plan()
      for cell in cells.dropFirst().reversed() {
        let (inner, _) = cell.innerCall(.get(cell.factory(plan)))
        plan = ProbeFactory.Plan(inside: inner)
      }
      let first = try stage.promptly(try cells[0].startGet(plan), "eight factories ask for one another, in a row")
      try stage.payload(first, of: "getOrInitialize of the first of eight")
      for cell in cells {
        let held = try cell.peek()
        try stage.expect(held != nil, .wrongState, "\"\(cell.name)\" holds nothing after the chain ended")
      }
    }
  ]
}
