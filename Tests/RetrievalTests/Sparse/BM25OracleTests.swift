import Indexing
import Testing

@testable import Retrieval

/// The keyword index gives the rows, scores and order of SQLite's FTS5.
@Suite struct BM25OracleTests {
  /// Floats have seven digits, and a question of 128 words adds up 128 of them.
  static let tolerance = 1e-5

  /// Same rows, same scores within the tolerance, same order but for scores within the tolerance of each other.
  static func compare(
    _ index: BM25Index, _ oracle: FullTextOracle, _ question: String, k: Int,
    location: SourceLocation = #_sourceLocation
  ) throws {
    let expected = try oracle.search(question)
    let found = try index.search(question, k: k)
    #expect(found.count == min(k, expected.count), "\(question)", sourceLocation: location)
    let scores = Dictionary(uniqueKeysWithValues: expected.map { ($0.row, $0.score) })
    #expect(Set(found.map(\.row)).count == found.count, sourceLocation: location)
    for (place, hit) in found.enumerated() {
      let allowed = max(1e-9, tolerance * expected[place].score)
      guard let score = scores[hit.row], abs(hit.score - score) <= allowed,
        abs(score - expected[place].score) <= allowed
      else {
        Issue.record(
          "\(question): place \(place) has \(hit), FTS5 \(expected[place]) and \(String(describing: scores[hit.row]))",
          sourceLocation: location)
        return
      }
    }
    #expect(
      zip(found, found.dropFirst()).allSatisfy { ChannelHit.precedes($0, $1) }, "\(question)", sourceLocation: location)
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64]) func `Random corpora are answered as FTS5 answers`(seed: UInt64) throws {
    let folder = try TemporaryFolder()
    let chunks = KeywordCorpus.chunks([1, 3, 60, 700][Int(seed) - 1], seed: seed)
    let index = try KeywordCorpus.index(chunks, in: folder)
    let oracle = try FullTextOracle(chunks)
    #expect(index.count == chunks.count)
    for question in KeywordCorpus.questions(60, seed: seed + 100) {
      for k in [1, 10, 5_000] { try Self.compare(index, oracle, question, k: k) }
    }
  }

  @Test func `This repository's own text is answered as FTS5 answers`() throws {
    let folder = try TemporaryFolder()
    let chunks = try KeywordCorpus.repository("Sources/Retrieval")
    #expect(chunks.count > 100)
    let index = try KeywordCorpus.index(chunks, in: folder)
    let oracle = try FullTextOracle(chunks)
    for start in stride(from: 0, to: chunks.count, by: 7) {
      let lines: [Substring] = chunks[start].text.split(separator: "\n")
      guard let line = lines.max(by: { $0.count < $1.count }) else { continue }
      try Self.compare(index, oracle, String(line), k: 100)
    }
    // A whole file as the question, more words than are looked up.
    let whole = chunks.prefix(20).map(\.text).joined(separator: "\n")
    #expect(Set(IdentifierTokens.tokens(of: whole)).count > IdentifierTokens.maximumQueryTokens)
    try Self.compare(index, oracle, whole, k: 5_000)
  }

  @Test func `Equal texts come by row, and each spelling of a stem counts`() throws {
    let folder = try TemporaryFolder()
    let chunks =
      (0..<20).map { KeywordCorpus.chunk($0, "run it") } + [KeywordCorpus.chunk(20, "walk")]
      + (21..<60).map { KeywordCorpus.chunk($0, "other words here") }
    let (index, oracle) = (try KeywordCorpus.index(chunks, in: folder), try FullTextOracle(chunks))
    for question in ["run", "run running runs", "walk run", "it it it"] {
      try Self.compare(index, oracle, question, k: 100)
    }
    #expect(try index.search("run", k: 5).map(\.row) == [0, 1, 2, 3, 4])
    let once = try #require(try index.search("run", k: 1).first?.score)
    let thrice = try #require(try index.search("run running runs", k: 1).first?.score)
    #expect(abs(thrice - 3 * once) < 1e-6 * thrice)
  }

  @Test func `Rows beyond one block of sums are scored like the others`() throws {
    let folder = try TemporaryFolder()
    let texts = ["alpha", "alpha beta", "gamma"]
    let chunks = (0..<40_000).map { KeywordCorpus.chunk($0, $0.isMultiple(of: 9) ? texts[$0 / 9 % 2] : texts[2]) }
    let (index, oracle) = (try KeywordCorpus.index(chunks, in: folder), try FullTextOracle(chunks))
    for question in ["beta", "alpha beta"] { try Self.compare(index, oracle, question, k: 50) }
    try Self.compare(index, oracle, "beta alpha", k: 40_000)
  }
}
