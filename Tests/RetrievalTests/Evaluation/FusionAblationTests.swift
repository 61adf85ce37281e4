import Testing

@testable import Retrieval

@Suite struct FusionAblationTests {
  @Test func `Sets of two or more, small ones first`() {
    #expect(FusionAblation.sets(of: 3) == [[0, 1], [0, 2], [1, 2], [0, 1, 2]])
    #expect(FusionAblation.sets(of: 1).isEmpty)
  }

  @Test func `Each row is what a fusion of its channels by its method gives, against the best of them`() async throws {
    let collection = try EvaluationReportTests.collection()
    let runs = try await EvaluationReportTests.runs(collection)
    let settings = try FusionSettings(k: 5, weights: ["faiss": 1, "bm25": 0.4], window: 6)
    let ablation = try FusionAblation(runs, of: collection, settings: settings, depth: 6)
    #expect(ablation.rows.map(\.method) == FusionMethod.allCases)
    for row in ablation.rows {
      let fusion = try FusionSettings(k: 5, weights: settings.weights, window: 6, method: row.method)
      let report = EvaluationReport(dataset: "small", collection: collection, runs: runs, settings: fusion, depth: 6)
      #expect(row.channels == ["faiss", "bm25"])
      #expect(row.metrics == report.fused)
      let most = try #require(report.channels.values.map(\.nDCG10).max())
      #expect(report.channels[row.best]?.nDCG10 == most)
      #expect(abs(row.nDCG10.difference - (report.fused.nDCG10 - most)) < 1e-12)
    }
    var report = EvaluationReport(dataset: "small", collection: collection, runs: runs, settings: settings, depth: 6)
    #expect(!report.markdown.contains("minus the best alone"))
    report.ablation = ablation
    #expect(report.markdown.contains("| faiss, bm25 | relative |"))
  }

  @Test func `A set without weight is left out`() async throws {
    let collection = try EvaluationReportTests.collection()
    let runs = try await EvaluationReportTests.runs(collection)
    let settings = try FusionSettings(k: 5, weights: ["other": 1], window: 6)
    #expect(try FusionAblation(runs, of: collection, settings: settings, depth: 6).rows.isEmpty)
  }
}
