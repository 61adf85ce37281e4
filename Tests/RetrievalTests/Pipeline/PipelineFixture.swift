import Indexing
import RuntimeCells

@testable import Retrieval

/// A channel that answers what a test says.
struct ScriptedChannel: RetrievalChannel {
  let name: String
  let answer: @Sendable (ChannelQuery, Int) async throws -> ChannelAnswer

  init(_ name: String, answer: @escaping @Sendable (ChannelQuery, Int) async throws -> ChannelAnswer) {
    self.name = name
    self.answer = answer
  }

  init(_ name: String, rows: [Int64]) {
    self.init(name) { _, limit in
      ChannelAnswer(
        hits: rows.prefix(limit).enumerated().map { ChannelHit(row: $0.element, score: 1 / Double($0.offset + 1)) })
    }
  }

  func search(_ query: ChannelQuery, limit: Int) async throws -> ChannelAnswer { try await answer(query, limit) }
}

struct ScriptedFailure: Error, CustomStringConvertible {
  let description = "the index is on fire"
}

enum PipelineFixture {
  static func chunk(_ row: Int64) -> Chunk {
    Chunk(
      id: "id-\(row)", row: row, path: "Sources/File\(row).swift", language: "swift",
      symbol: row.isMultiple(of: 2) ? "f\(row)" : nil, kind: nil, startLine: Int(row) + 1, endLine: Int(row) + 9,
      text: "func f\(row)() {}", contentHash: "h\(row)")
  }

  static func set(_ channels: [any RetrievalChannel], rows: Range<Int64> = 0..<1_000) -> SearchSet {
    SearchSet(generation: 3, channels: channels, select: { filter in select(filter, rows) }) { wanted in
      // Out of order and without the unknown rows, as the contract allows.
      wanted.reversed().filter(rows.contains).map(chunk)
    }
  }

  /// What the store would say; every chunk is Swift.
  private static func select(_ filter: SearchFilter, _ rows: Range<Int64>) -> RowSelection {
    RowSelection(
      rows.filter { row in
        (filter.paths.isEmpty || filter.paths.contains { $0.matches(chunk(row).path) })
          && !filter.excludedPaths.contains { $0.matches(chunk(row).path) }
          && (filter.languages.isEmpty || filter.languages.contains("swift"))
      })
  }

  static func pipeline(
    _ weights: [String: Double] = ["faiss": 1, "bm25": 1], window: Int = 200, clock: StageClock = .continuous,
    budget: Duration? = nil, timer: CellClock = .continuous
  ) throws -> HybridPipeline {
    HybridPipeline(
      settings: try FusionSettings(k: 10, weights: weights, window: window), channelBudget: budget, clock: clock,
      timer: timer)
  }
}
