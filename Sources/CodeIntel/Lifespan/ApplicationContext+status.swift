public import CellContract
import RuntimeCells

extension ApplicationContext {
  /// The cells table: every cell of the engine in a fixed order, whether a generation is open or not.
  ///
  /// While no generation is open, the rows of its cells say what the row of `hybrid` says: why they cannot be had.
  public func cellTable() -> [CellSnapshot] {
    let found = Dictionary(snapshot().map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let set = found[CellName.hybrid] ?? CellSnapshot(name: CellName.hybrid)
    let optional = ChannelRow.all.filter { !$0.isPermanent && servedChannels.contains($0.name) }.flatMap(\.cells)
    let permanent = ChannelRow.all.filter(\.isPermanent).flatMap(\.cells)
    return ([CellName.embedder, CellName.hybrid] + permanent + [CellName.chunks] + optional).map { name in
      if let row = found[name] { return row }
      var row = CellSnapshot(
        name: name, initState: set.initState == .ready ? .empty : set.initState, detail: set.detail)
      row.lastError = set.lastError
      row.retryAfter = set.retryAfter
      return row
    }
  }

  /// Channels that the served generation lacks, with the reason: they are shown, and never block.
  public func absentChannels() -> [(name: String, reason: String)] {
    let served = servedChannels
    return ChannelRow.all.filter { !$0.isPermanent && !served.contains($0.name) }.map { row in
      (row.name, served.isEmpty ? ChannelRow.unknownReason : ChannelRow.absentReason)
    }
  }

  private var servedChannels: [String] { hybrid.withValueIfReady { $0.channelNames } ?? [] }
}
