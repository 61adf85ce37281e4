import CellContract
import Embedding
import Indexing
import ProblemDetails
import Retrieval
import RuntimeCells

extension ChannelRow {
  /// Every channel, in the order in which explanations list them.
  static let all = [
    ChannelRow.dense(.whole, cell: CellName.faiss, model: { $0.embedder }, factory: { $0.faiss }),
    ChannelRow.dense(.signature, cell: CellName.codeRankFaiss, model: { $0.codeRank }, factory: { $0.codeRankFaiss }),
    ChannelRow.keywords, ChannelRow.splade, ChannelRow.xtr,
  ]

  /// The row of that name; nil when there is none.
  static func named(_ name: String) -> ChannelRow? { all.first { $0.name == name } }

  /// The channels that an index gets under these settings.
  static func built(_ settings: Settings) -> [ChannelRow] {
    all.filter { row in
      row.isPermanent || settings.channels.built.map { $0.contains(row.name) } ?? row.isAutomatic(settings)
    }
  }

  /// Words of the question in the full-text table of the chunk database.
  static let keywords = ChannelRow(name: CellName.bm25, isPermanent: true) { site in
    let chunks = site.chunks
    return MountedChannel(
      channel: BM25Channel { query, limit in
        try await chunks.withValue { store in try await store.bm25(query, limit: limit) }
      })
  }
}
