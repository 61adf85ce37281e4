import Embedding
import Testing

@testable import Retrieval

/// What an index file gives back, against plain arithmetic over the vectors that went in.
@Suite struct XTRIndexTests {
  let folder: TemporaryFolder
  let corpus = TokenCorpus(documents: 60)

  init() throws { folder = try TemporaryFolder() }

  private func index(_ element: TokenElement = .float16) throws -> XTRIndex {
    let path = folder.file("xtr-\(element.rawValue).index")
    let facts = try corpus.write(to: path, element: element)
    return try XTRIndex.open(path: path, expected: facts)
  }

  @Test(arguments: TokenElement.allCases)
  func `The header says what was written`(element: TokenElement) throws {
    let index = try index(element)
    #expect(index.metadata.documents == 60)
    #expect(index.metadata.tokens == corpus.documents.reduce(0) { $0 + $1.count })
    #expect(index.metadata.dimension == 32)
    #expect(index.metadata.element == element)
    #expect(index.metadata.modelID == "words/32")
    #expect(index.tokenCount(of: 3) == 0 && index.tokenCount(of: 0) == corpus.documents[0].count)
    #expect(index.tokenCount(of: -1) == 0 && index.tokenCount(of: 60) == 0)
    #expect(try XTRIndex.open(path: folder.file("xtr-\(element.rawValue).index")).metadata == index.metadata)
  }

  @Test func `Scores are MaxSim to half precision, and in its order`() throws {
    let index = try index()
    for seed in 0..<5 {
      let question = corpus.question(1 + seed * 8, seed: 70 + UInt64(seed))
      let hits = try index.rescore(question, documents: (0..<60).map { Int64($0) })
      #expect(hits.count == 59)
      for hit in hits {
        #expect(abs(hit.score - (corpus.score(question, Int(hit.row)) ?? 0)) < 1e-3 * Double(question.count))
      }
      #expect(hits == hits.sorted(by: ChannelHit.precedes))
    }
  }

  @Test func `Four bits keep scores near and most of the order`() throws {
    let index = try index(.residual4)
    let question = corpus.question(8, seed: 77)
    let hits = try index.rescore(question, documents: (0..<60).map { Int64($0) })
    for hit in hits { #expect(abs(hit.score - (corpus.score(question, Int(hit.row)) ?? 0)) < 0.03 * 8) }
    let best = Set(corpus.ranking(question).prefix(10).map(\.row))
    #expect(best.intersection(hits.prefix(10).map(\.row)).count >= 8)
  }

  @Test func `Rows that do not exist, or twice, or have no tokens, are left out`() throws {
    let question = corpus.question(2, seed: 71)
    let hits = try index().rescore(question, documents: [5, 3, 5, 60, -1, 999, 7])
    #expect(Set(hits.map(\.row)) == [5, 7] && hits.count == 2)
    #expect(try index(.residual4).rescore(TokenVectors(dimension: 32, values: []), documents: [1]).isEmpty)
  }

  @Test(arguments: TokenElement.allCases)
  func `The matches of a document add up to its score`(element: TokenElement) throws {
    let index = try index(element)
    let question = corpus.question(9, seed: 72)
    for hit in try index.rescore(question, documents: [0, 1, 2, 50]) {
      let matches = try index.matches(question, document: hit.row)
      #expect(matches.map(\.queryIndex) == Array(0..<9))
      #expect(abs(matches.reduce(0) { $0 + $1.similarity } - hit.score) < 1e-5)
      let tokens = corpus.documents[Int(hit.row)]
      for match in matches where element == .float16 {
        let exact = TokenCorpus.product(question.row(match.queryIndex), tokens.row(match.documentIndex))
        #expect(abs(exact - match.similarity) < 1e-3)
      }
    }
    #expect(try index.matches(question, document: 3).isEmpty)
  }

  @Test func `A question of another dimension or with NaN is refused`() throws {
    let index = try index()
    let wide = #expect(throws: RetrievalError.self) {
      try index.rescore(TokenVectors(dimension: 64, values: [Float](repeating: 0, count: 64)), documents: [0])
    }
    #expect(wide == RetrievalError(.dimensionMismatch, ""))
    #expect(wide?.expected == "32" && wide?.actual == "64")
    #expect(throws: RetrievalError(.vectorNotFinite, "")) {
      try index.search(TokenVectors(dimension: 32, values: [Float](repeating: .nan, count: 32)), k: 1)
    }
  }

  @Test func `Documents of another dimension or without direction are refused`() throws {
    let builder = try XTRIndexBuilder(path: folder.file("bad"), modelID: "m", dimension: 32, element: .float16)
    #expect(throws: RetrievalError(.dimensionMismatch, "")) {
      try builder.add(TokenVectors(dimension: 64, values: [Float](repeating: 0, count: 64)))
    }
    #expect(throws: RetrievalError(.vectorNotFinite, "")) {
      try builder.add(TokenVectors(dimension: 32, values: [Float](repeating: .infinity, count: 32)))
    }
    #expect(throws: RetrievalError(.argument, "")) {
      _ = try XTRIndexBuilder(path: folder.file("worse"), modelID: "m", dimension: 33, element: .float16)
    }
  }

  @Test(arguments: TokenElement.allCases)
  func `An index without documents, and one without tokens, answer with nothing`(element: TokenElement) throws {
    for count in [0, 1] {
      let path = folder.file("empty\(count)\(element.rawValue)")
      let builder = try XTRIndexBuilder(path: path, modelID: "m", dimension: 32, element: element)
      for _ in 0..<count { try builder.add(TokenVectors(dimension: 32, values: [])) }
      let index = try XTRIndex.open(path: path, expected: try builder.finish())
      #expect(try index.search(corpus.question(2, seed: 1), k: 5).isEmpty)
      #expect(try index.rescore(corpus.question(2, seed: 1), documents: [0]).isEmpty)
    }
  }

  @Test func `Many readers at once get the same answers`() async throws {
    let index = try index(.residual4)
    let questions = (0..<8).map { corpus.question(6, seed: 200 + UInt64($0)) }
    let alone = try questions.map { try index.search($0, k: 10) }
    try await withThrowingTaskGroup(of: (Int, [ChannelHit]).self) { group in
      for turn in 0..<64 {
        group.addTask { (turn % 8, try index.search(questions[turn % 8], k: 10)) }
      }
      for try await (question, hits) in group { #expect(hits == alone[question]) }
    }
  }
}
