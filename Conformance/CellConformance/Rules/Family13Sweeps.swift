import CellContract

extension RuleCatalogue {
  static let sweeps: [Rule] = [
    Rule(
      "CELL-13.30", .must, "Sweeps run last", needs: [.sweeps],
      spec:
        "A registry's sweeps MUST run after every cell of it was closed, at each closeAll(), in the order of adding.",
      why:
        "They give back what the payloads left: heap, dead files, an accelerator. Before the close there is nothing.",
      check: "Do the hooks run after the last disposer has returned?",
      kills: [.init("sweeps-run-first", .tooEarly), .init("sweeps-run-backwards", .wrongState)]
    ) { stage in
      let cells = try ["a", "b"].map { try stage.cell($0) }
      let registry = try stage.registry(cells.map { ($0, []) })
      let notes = SweepNotes(stage)
      for name in ["first", "second"] { try registry.addSweep(name) { notes.note(name) } }
      for round in 1...2 {
        for cell in cells { try stage.payload(try cell.get(), of: "getOrInitialize") }
        let errors = try registry.closeAll()
        try stage.expect(errors.isEmpty, .unexpectedError, "closeAll() reported \(errors)")
        let seen = notes.taken
        try stage.expect(
          seen.allSatisfy { $0.disposed == round * cells.count }, .tooEarly,
          "a sweep ran when \(seen.map(\.disposed).min() ?? 0) of \(round * cells.count) payloads were disposed")
        try stage.expect(
          seen.map(\.name) == ["first", "second"], .wrongState,
          "closeAll() number \(round) ran the sweeps \(seen.map(\.name)), not first, second")
      }
    },

    Rule(
      "CELL-13.31", .must, "Sweeps run even after errors", needs: [.sweeps],
      spec: "A cell that cannot be closed well and a sweep that throws MUST NOT keep any sweep from running.",
      why: "The end in which something fails is the one after which memory is short.",
      check: "Is each hook called on its own, whatever the closes and the others threw?",
      kills: [.init("sweeps-after-success-only", .wrongState), .init("sweep-stops-others", .wrongState)]
    ) { stage in
      let cell = try stage.cell("failing")
      try stage.payload(try cell.get(.init(disposer: DisposerScript(fails: true))), of: "getOrInitialize")
      let registry = try stage.registry([(cell, [])])
      let notes = SweepNotes(stage)
      try registry.addSweep("throws") {
        notes.note("throws")
        throw LeaseFault()
      }
      try registry.addSweep("second") { notes.note("second") }
      _ = try registry.closeAll()
      let names = notes.taken.map(\.name)
      try stage.expect(
        names == ["throws", "second"], .wrongState,
        "after a disposer that threw, and a sweep that threw, the sweeps \(names) ran, not throws, second")
    },
  ]
}

/// What sweeps found when they ran.
private final class SweepNotes: @unchecked Sendable {
  // @unchecked: the variable is used under the stage's monitor only.
  private let core: StageCore
  private var notes: [(name: String, disposed: Int)] = []

  init(_ stage: Stage) { core = stage.core }

  func note(_ name: String) {
    let disposed = core.history.events.count { if case .disposeEnded = $0.what { true } else { false } }
    core.change { notes.append((name, disposed)) }
  }

  /// What was noted since the last call.
  var taken: [(name: String, disposed: Int)] {
    core.change {
      defer { notes = [] }
      return notes
    }
  }
}
