public import CellContract
import Lifespan
import RuntimeCells

extension ApplicationContext {
  /// All cells as they are now, those of the served generation included, each with the limits that its payload has now and
  /// an estimate of what it takes in memory.
  public func snapshot() -> [CellSnapshot] {
    let set = hybrid.withValueIfReady { set in
      let rows = set.snapshot()
      return (rows: rows, limits: set.limits(of: rows), estimates: set.estimatedBytes)
    }
    return (registry.snapshot() + (set?.rows ?? [])).map { row in
      guard row.initState == .ready else { return row }
      var row = row
      row.limits = (row.name == CellName.hybrid ? set?.limits : models.limits(of: row.name)) ?? row.limits
      row.estimatedFootprint = row.estimatedFootprint ?? set?.estimates[row.name] ?? modelBytes(of: row.name)
      return row
    }
  }

  /// The bytes of a model that this process has in memory, by its cell's name: those of its weights.
  private func modelBytes(of cell: String) -> UInt64? {
    let folder: String? =
      switch cell {
      case CellName.embedder: settings.embedder.transport == .inProcess ? settings.modelFolder : nil
      case CellName.tokenEncoder: settings.modelFolder
      case CellName.codeRankEmbedder: settings.channels.codeRankModelFolder
      case CellName.spladeEncoder: settings.channels.spladeModelFolder
      default: nil
      }
    return folder.map { Self.bytes(of: $0 + "/model.safetensors") }.flatMap { $0 > 0 ? $0 : nil }
  }

  /// The cells that exist for a channel: token states come from the embedder unless that is a server.
  func cells(of row: ChannelRow) -> [String] {
    row.cells.filter { $0 != CellName.tokenEncoder || models.tokens !== models.embedder }
  }

  /// The cells table: every cell of the engine in a fixed order, whether a generation is open or not.
  ///
  /// While no generation is open, the rows of its cells say what the row of `hybrid` says: why they cannot be had.
  public func cellTable() -> [CellSnapshot] {
    let found = Dictionary(snapshot().map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let set = found[CellName.hybrid] ?? CellSnapshot(name: CellName.hybrid)
    let optional = ChannelRow.all.filter { !$0.isPermanent && servedChannels.contains($0.name) }.flatMap(cells)
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

  /// The rows of the cells table that must be good for a service to be whole: what every index has, and what the settings
  /// have preloaded.
  public func requiredRows() -> Set<String> {
    let preloaded = settings.preload.required
    let rows = preloadTargets().filter { preloaded.contains($0.name) && $0.disabledReason == nil }.map(\.cell)
    return Set(rows).union([CellName.embedder, CellName.hybrid, CellName.faiss, CellName.chunks])
  }

  private var servedChannels: [String] { hybrid.withValueIfReady { $0.channelNames } ?? [] }
}
