import CellContract
import Retrieval

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
}
