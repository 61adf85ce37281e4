import CellConformance
import CellConformanceTesting
import CellConformanceZoo
import Foundation
import Testing

/// Verdicts that must show as failures, warnings and cancellations, so they run in a process of their own only:
/// ``AdopterIssueTests`` starts it and reads what `swift test` was told.
@Suite(.serialized, .enabled(if: AdopterChild.isOne, "AdopterIssueTests runs these in a process of its own"))
struct AdopterFixtures {
  /// The kit as an adopter makes it, at this line.
  static let kit = CellConformanceKit(WrongAnswers(.neverCallsFactory), options: RunOptions(seed: 1))
  static let kitLine = #line - 1

  private static func kit(
    _ name: String, waivers: [Waiver] = [], canary: (any Subject)? = nil
  ) throws -> CellConformanceKit {
    var options = RunOptions(seed: 1)
    if let canary { options.canary = canary }
    let subject = try #require(BrokenCell.all.first { $0.name == name }).subject
    return CellConformanceKit(
      subject: subject, options: options, waivers: waivers, reports: ReportWriter(), sourceLocation: #_sourceLocation)
  }

  private static func check(_ id: String, _ kit: CellConformanceKit) async throws {
    try await kit.check(RuleCase(try #require(RuleCatalogue.rule(id))))
  }

  private static func waiver(_ rule: String, until: String = "9999-12-31") -> Waiver {
    Waiver(rule, reason: "known", issue: "https://example.org/1", until: until)
  }

  @Test func must() async throws { try await Self.check("CELL-2.01", Self.kit) }

  @Test func should() async throws { try await Self.check("CELL-2.15", Self.kit("lock/error-without-name")) }

  @Test func waived() async throws {
    try await Self.check("CELL-1.01", Self.kit("lock/peek-always-nil", waivers: [Self.waiver("CELL-1.01")]))
  }

  @Test func waivedToNoDay() async throws {
    let waiver = Self.waiver("CELL-1.01", until: "2027-99-99")
    try await Self.check("CELL-1.01", Self.kit("lock/peek-always-nil", waivers: [waiver]))
  }

  @Test func unsupported() async throws {
    try await Self.check("CELL-3.01", Self.kit("lock/declares-missing-capability"))
  }

  @Test func missedCanary() async throws {
    let sound = BlockingSubject(LockBackend())
    try await Self.check("CELL-0.01", Self.kit("lock/peek-always-nil", canary: sound))
  }

  @Test func waivedCanary() async throws {
    let sound = BlockingSubject(LockBackend())
    let kit = try Self.kit("lock/peek-always-nil", waivers: [Self.waiver("CELL-0.01")], canary: sound)
    try await Self.check("CELL-0.01", kit)
  }
}

/// Whether this process is the one that runs the fixtures.
enum AdopterChild {
  static let variable = "CELL_ADOPTER_FIXTURES"
  static let isOne = ProcessInfo.processInfo.environment[variable] != nil
}
