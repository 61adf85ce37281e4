/// Collects the durations of the stages of a build.
struct StageClock {
  private(set) var stages: [StageDuration] = []

  mutating func measure<R>(_ name: String, _ body: () async throws -> R) async throws -> R {
    let start = ContinuousClock.now
    let result = try await body()
    let elapsed = (ContinuousClock.now - start).components
    stages.append(StageDuration(name: name, seconds: Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18))
    return result
  }
}
