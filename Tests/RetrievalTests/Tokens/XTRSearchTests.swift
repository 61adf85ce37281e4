import Embedding
import Testing

@testable import Retrieval

/// Token retrieval against answers computed without lists, kernels or tricks.
@Suite struct XTRSearchTests {
  let folder: TemporaryFolder
  let corpus = TokenCorpus(documents: 300, seed: 5)
  let index: XTRIndex

  init() throws {
    folder = try TemporaryFolder()
    let path = folder.file("xtr.index")
    _ = try corpus.write(to: path, centroids: 64)
    index = try XTRIndex.open(path: path)
  }

  @Test func `With every list read the estimate is the exact score`() throws {
    for seed in 0..<6 {
      let question = corpus.question(1 + seed * 5, seed: 90 + UInt64(seed))
      let hits = try index.search(question, k: 1000, options: XTRSearchOptions(probes: 0, rescored: 0))
      let exact = corpus.ranking(question)
      #expect(hits.count == exact.count)
      for hit in hits {
        #expect(abs(hit.score - (corpus.score(question, Int(hit.row)) ?? 0)) < 1e-3 * Double(question.count))
      }
      #expect(hits.first?.row == exact.first?.row)
    }
  }

  /// The same sum in plain steps: lists by centroid, missing similarities by rank.
  private func oracle(_ question: TokenVectors, _ options: XTRSearchOptions) -> [Int64: Double] {
    let dimension = corpus.dimension
    var found: [[Int64: Double]] = []
    var missing: [Double] = []
    for token in 0..<question.count {
      func product(_ list: Int) -> Double {
        (0..<dimension).reduce(0.0) {
          $0 + Double(question.row(token)[question.row(token).startIndex + $1])
            * Double(index.centroids[list * dimension + $1])
        }
      }
      func size(_ list: Int) -> Int { Int(index.listStarts[list + 1] - index.listStarts[list]) }
      let order = (0..<index.metadata.centroids).filter { size($0) > 0 }.sorted { product($0) > product($1) }
      var best: [Int64: Double] = [:]
      for list in order.prefix(options.probes) {
        for entry in Int(index.listStarts[list])..<Int(index.listStarts[list + 1]) {
          let document = Int64(index.listDocuments[entry])
          let place = Int(index.listTokens[entry] - index.starts[Int(document)])
          let score = TokenCorpus.product(question.row(token), corpus.documents[Int(document)].row(place))
          best[document] = max(best[document] ?? -2, score)
        }
      }
      var behind = 0
      var last = order.count - 1
      for (place, list) in order.enumerated() {
        behind += size(list)
        if behind >= options.missingRank, place + 1 >= options.probes {
          last = place
          break
        }
      }
      let floor = product(order[last])
      missing.append(floor)
      // What was found below the estimate counts as the estimate.
      found.append(best.filter { $0.value > floor })
    }
    var scores: [Int64: Double] = [:]
    for document in Set(found.flatMap(\.keys)) {
      scores[document] = zip(found, missing).reduce(0) { $0 + ($1.0[document] ?? $1.1) }
    }
    return scores
  }

  @Test(arguments: [1, 2, 5, 20], [0, 30, 400])
  func `What is not found is filled in as the formula says`(probes: Int, missingRank: Int) throws {
    let options = XTRSearchOptions(probes: probes, missingRank: missingRank, rescored: 0)
    for seed in 0..<4 {
      let question = corpus.question(7, seed: 40 + UInt64(seed))
      let expected = oracle(question, options)
      let hits = try index.search(question, k: 1000, options: options)
      #expect(Set(hits.map(\.row)) == Set(expected.keys))
      for hit in hits { #expect(abs(hit.score - (expected[hit.row] ?? 0)) < 2e-3) }
    }
  }

  @Test func `A few lists find nearly all of the true best`() throws {
    var found = 0
    for seed in 0..<20 {
      let question = corpus.question(8, seed: 300 + UInt64(seed))
      let hits = try index.search(question, k: 10, options: XTRSearchOptions(probes: 16, rescored: 50))
      let exact = corpus.ranking(question).prefix(10)
      #expect(hits.count == 10)
      found += Set(hits.map(\.row)).intersection(exact.map(\.row)).count
      // Rescored scores are exact.
      for hit in hits { #expect(abs(hit.score - (corpus.score(question, Int(hit.row)) ?? 0)) < 1e-2) }
    }
    #expect(found >= 190, "recall@10 is \(Double(found) / 200)")
  }

  @Test func `k beyond the collection, k 0 and an empty question`() throws {
    let question = corpus.question(3, seed: 2)
    #expect(try index.search(question, k: 10_000, options: XTRSearchOptions(probes: 0)).count == 299)
    #expect(try index.search(question, k: 0).isEmpty)
    #expect(try index.search(TokenVectors(dimension: 32, values: []), k: 5).isEmpty)
  }

  @Test func `A list is read whole and each token is in one list`() {
    var seen = [Bool](repeating: false, count: index.metadata.tokens)
    for entry in 0..<index.metadata.tokens {
      let token = Int(index.listTokens[entry])
      #expect(!seen[token])
      seen[token] = true
      let document = Int(index.listDocuments[entry])
      #expect(index.starts[document] <= index.listTokens[entry] && index.listTokens[entry] < index.starts[document + 1])
    }
  }
}
