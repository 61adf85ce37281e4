import CellConformance
import CellConformanceZoo
import Testing

/// The proof that the kit's verdict can be trusted in both directions.
@Suite(.serialized) struct ZooTests {
  @Test(.enabled(if: Sanitizer.isAbsent, Sanitizer.races), arguments: BrokenCell.all.map(\.name))
  func `every broken cell is failed by its named rules for the named reason`(name: String) async throws {
    let cell = try #require(BrokenCell.all.first { $0.name == name })
    #expect(!cell.killers.isEmpty, "no rule names the defect \(cell.defect)")
    for (rule, reasons) in cell.killers {
      let result = await cell.play(rule, seed: 1)
      #expect(
        (result.verdict == .failed || result.verdict == .warned)
          && result.findings.contains { reasons.contains($0.reason) },
        """
        \(rule.id) must fail \(name) for \(reasons); it came out as \(result.verdict) \(result.findings) \(result.note)
        \(HistoryText.render(result.history))
        """)
    }
  }

  @Test(arguments: CorrectCell.all.map(\.name), RuleCatalogue.all.map(\.id))
  func `every correct cell passes every rule`(name: String, id: String) async throws {
    let cell = try #require(CorrectCell.all.first { $0.name == name })
    let rule = try #require(RuleCatalogue.rule(id))
    let result = await RulePlayer(cell.subject, options: RunOptions(seed: 1)).play(rule)
    #expect(
      [.passed, .notApplicable, .unsupported].contains(result.verdict),
      "\(id) came out as \(result.verdict) \(result.findings) \(result.note)\n\(HistoryText.render(result.history))")
  }

  @Test func `rule ids are unique and every MUST rule kills a broken cell`() {
    let ids = RuleCatalogue.all.map(\.id)
    #expect(Set(ids).count == ids.count)
    let defects = Set(BrokenCell.all.map(\.defect))
    let killers = Set(BrokenCell.all.flatMap(\.killers).map(\.rule.id))
    for rule in RuleCatalogue.all {
      if rule.level == .must { #expect(killers.contains(rule.id), "\(rule.id) kills nothing") }
      for kill in rule.kills {
        #expect(defects.contains(kill.defect), "\(rule.id) names the unknown defect \(kill.defect)")
      }
    }
  }
}
