import Retrieval
import RuntimeCells

extension ChannelRow {
  /// Words of the question in an inverted index.
  static let keywords = ChannelRow(
    name: CellName.bm25, cells: [CellName.bm25], isPermanent: true,
    builder: { _ in BM25ArtifactBuilder() },
    mount: { site in
      let (open, generation) = (site.factories.bm25, site.generation)
      let cells = site.cells.ofGeneration(CellName.bm25)
      let index = RuntimeCell<BM25Index>(name: CellName.bm25, configuration: cells) { try open(generation) }
      let channel = BM25Channel(threads: site.threads) { body in try await index.withValue { try await body($0) } }
      return MountedChannel(
        channel: channel, cells: [index], open: { try await index.withValue { _ in } },
        facts: { ChannelFacts(channel: CellName.bm25, rows: try await index.withValue { $0.count }) })
    })
}
