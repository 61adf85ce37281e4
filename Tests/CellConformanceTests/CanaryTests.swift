import CellConformance
import CellConformanceZoo
import Testing

/// The kit's own broken cells prove that the driver of each face is alive.
@Suite(.serialized) struct CanaryTests {
  private func play(_ subject: any Subject, _ order: KitExecutor.Order) async throws -> RuleResult {
    var options = RunOptions(patience: .short, seed: 1)
    options.taskOrder = order
    return await RulePlayer(subject, options: options).play(try #require(RuleCatalogue.rule("CELL-0.01")))
  }

  @Test func `each face has a canary, and it is caught`() async throws {
    for subject: any Subject in [BlockingSubject(LockBackend()), SuspendingSubject(ActorBackend())] {
      let result = try await play(subject, .firstInFirstOut)
      #expect(result.verdict == .passed, "\(subject.manifest.name): \(result.findings)")
    }
  }

  @Test func `a driver of tasks that runs none of them misses the canary of tasks`() async throws {
    let result = try await play(SuspendingSubject(ActorBackend()), .never)
    #expect(result.verdict == .failed)
    #expect(result.findings.map(\.reason) == [.canaryMissed], "\(result.findings)")
  }

  @Test func `it is no fault for threads, which have a canary of their own`() async throws {
    let result = try await play(BlockingSubject(LockBackend()), .never)
    #expect(result.verdict == .passed, "\(result.findings)")
  }
}
