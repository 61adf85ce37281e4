import Foundation

/// How good one ranking is against graded judgments, with the definitions of trec_eval.
public struct RankingMetrics: Sendable, Hashable, Codable {
  /// Discounted cumulative gain of the first ten over the best possible one; gain = grade, discount = log2(rank + 1).
  public var nDCG10: Double
  /// One over the rank of the first relevant document among the first ten, else 0.
  public var mrr10: Double
  /// The share of the relevant documents among the first hundred.
  public var recall100: Double
  /// Mean over the relevant documents of the precision at their rank; 0 for those not found.
  public var averagePrecision: Double

  /// Measures a ranking.
  ///
  /// - Parameters:
  ///   - ranking: Document ids, best first, each once.
  ///   - grades: Grade by document id; above 0 is relevant, ids not named are not.
  public init(ranking: [String], grades: [String: Int]) {
    let relevant = grades.values.filter { $0 > 0 }.sorted(by: >)
    var (gain, found, precisions, first) = (0.0, 0, 0.0, 0.0)
    var foundInHundred = 0
    for (place, id) in ranking.enumerated() {
      guard let grade = grades[id], grade > 0 else { continue }
      found += 1
      precisions += Double(found) / Double(place + 1)
      if place < 100 { foundInHundred += 1 }
      guard place < 10 else { continue }
      gain += Double(grade) / Self.discount(place)
      if first == 0 { first = 1 / Double(place + 1) }
    }
    let ideal = relevant.prefix(10).enumerated().reduce(0) { $0 + Double($1.element) / Self.discount($1.offset) }
    nDCG10 = ideal > 0 ? gain / ideal : 0
    mrr10 = first
    recall100 = relevant.isEmpty ? 0 : Double(foundInHundred) / Double(relevant.count)
    averagePrecision = relevant.isEmpty ? 0 : precisions / Double(relevant.count)
  }

  /// The mean over questions; all 0 for none.
  public init(meanOf all: [RankingMetrics]) {
    let count = Double(max(1, all.count))
    nDCG10 = all.reduce(0) { $0 + $1.nDCG10 } / count
    mrr10 = all.reduce(0) { $0 + $1.mrr10 } / count
    recall100 = all.reduce(0) { $0 + $1.recall100 } / count
    averagePrecision = all.reduce(0) { $0 + $1.averagePrecision } / count
  }

  private enum CodingKeys: String, CodingKey {
    case nDCG10 = "ndcg@10"
    case mrr10 = "mrr@10"
    case recall100 = "recall@100"
    case averagePrecision = "map"
  }

  private static func discount(_ place: Int) -> Double { log2(Double(place) + 2) }
}
