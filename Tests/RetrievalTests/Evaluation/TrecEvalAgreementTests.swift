import Testing

@testable import Retrieval

@Suite struct TrecEvalAgreementTests {
  /// Random rankings and graded judgments: short and long lists, unjudged and judged-irrelevant documents, relevant ones
  /// that are not found.
  @Test(.enabled(if: TrecEvalOracle.isInstalled, "pytrec_eval is not installed: run \(TrecEvalOracle.provider)"))
  func `Every metric is trec_eval's`() throws {
    var generator = SplitMix64(state: 11)
    var rankings: [String: [String]] = [:]
    var grades: [String: [String: Int]] = [:]
    for question in 0..<60 {
      let documents = (0..<400).map { "d\($0)" }.shuffled(using: &generator)
      rankings["q\(question)"] = Array(documents.prefix([0, 1, 9, 10, 11, 99, 100, 101, 300][question % 9] + 1))
      var judged: [String: Int] = [:]
      for document in documents.shuffled(using: &generator).prefix(Int.random(in: 1...150, using: &generator)) {
        judged[document] = Int.random(in: 0...3, using: &generator)
      }
      judged["never found"] = 1
      grades["q\(question)"] = judged
    }
    let theirs = try TrecEvalOracle.judge(rankings, grades: grades)
    #expect(theirs.count == 60)
    for (question, values) in theirs {
      let ours = RankingMetrics(ranking: rankings[question] ?? [], grades: grades[question] ?? [:])
      let pairs = zip([ours.nDCG10, ours.mrr10, ours.recall100, ours.averagePrecision], values)
      #expect(pairs.allSatisfy { abs($0 - $1) < 1e-6 }, "\(question): \(ours) against \(values)")
    }
  }
}
