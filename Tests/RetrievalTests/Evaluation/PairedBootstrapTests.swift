import Testing

@testable import Retrieval

@Suite struct PairedBootstrapTests {
  @Test func `A constant difference has an interval of no width`() {
    let result = PairedBootstrap(differences: Array(repeating: 0.25, count: 40))
    #expect([result.difference, result.lower, result.upper] == [0.25, 0.25, 0.25])
    #expect(result.isSignificant)
  }

  @Test func `Differences around zero are not significant, and a seed repeats`() {
    let differences = (0..<200).map { $0.isMultiple(of: 2) ? 0.3 : -0.3 }
    let result = PairedBootstrap(differences: differences, seed: 7)
    #expect(!result.isSignificant)
    // The mean's standard error is 0.3/sqrt(200) = 0.0212, so the interval is about 0.083 wide.
    #expect(abs(result.upper - result.lower - 0.083) < 0.012)
    #expect(result == PairedBootstrap(differences: differences, seed: 7))
  }

  @Test func `No question gives zeros`() {
    #expect(PairedBootstrap(differences: []).difference == 0)
  }

  @Test func `Latency quantiles are values that occurred`() {
    let summary = LatencySummary(of: (1...100).map(Double.init).reversed())
    #expect(summary.p50 == 50)
    #expect(summary.p99 == 99)
    #expect(LatencySummary(of: []).p99 == 0)
  }
}
