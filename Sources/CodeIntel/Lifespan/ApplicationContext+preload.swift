import CellContract
import Embedding
import Indexing
public import Lifespan
import Retrieval
import RuntimeCells
import VLLMTransport

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension ApplicationContext {
  /// Everything that can be made ready beforehand, by the names that settings use.
  ///
  /// The cells of a generation live inside the payload of `hybrid`, so that all of them are made ready by opening the set;
  /// each then shows in its own row. A set leaves out what is broken and not needed; who asks for a channel by name gets
  /// the reason why it cannot answer.
  public func preloadTargets() -> [PreloadTarget] {
    let set = setFootprint
    var targets = [
      PreloadTarget(
        name: CellName.embedder, footprintBytes: Self.bytes(of: settings.modelFolder + "/model.safetensors"),
        isReady: { self.embedder.isReady },
        warm: { try await self.warmEmbedder() })
    ]
    let manifest = currentManifest
    for row in ChannelRow.all where manifest.map({ !row.isPresent(in: $0) }) ?? !row.isPermanent {
      let reason = manifest == nil ? ChannelRow.unknownReason : ChannelRow.absentReason
      targets.append(.disabled(row.name, reason: reason))
    }
    let present = ChannelRow.all.map(\.name).filter { name in !targets.contains { $0.name == name } }
    for name in [CellName.hybrid, CellName.chunks] + present {
      let cells = ChannelRow.named(name).map { $0.cells.isEmpty ? [CellName.chunks] : self.cells(of: $0) } ?? [name]
      targets.append(
        PreloadTarget(
          // The row that can break: that of xtr's inner cell, making the outer one does no I/O.
          name: name, cell: name == CellName.xtr ? CellName.xtrRuntime : cells[0], footprintBytes: set,
          isReady: {
            let ready = Set(self.snapshot().filter { $0.initState == .ready }.map(\.name))
            return ready.isSuperset(of: cells)
          },
          warm: { try await self.hybrid.withValue { try await $0.warmUp(name) } }))
    }
    return targets
  }

  /// As long as what users ask: scratch memory of the encoders is made for the length of a text.
  static let warmUpQuestion = "where is the function that opens a file and reads the lines of it one after another"

  /// The names that may be preloaded, whatever the index has.
  static let preloadNames = [CellName.embedder, CellName.hybrid, CellName.chunks] + channelNames

  /// The plan that the settings ask for.
  ///
  /// - Throws: ``LifespanError`` with `preloadSettings` that names every unknown cell.
  public func preloadPlan() throws(LifespanError) -> PreloadPlan {
    let wanted = settings.preload
    return try PreloadPlan(
      list: wanted.cells, toggles: wanted.toggles, optional: wanted.optional, deadline: wanted.deadline,
      maxConcurrency: wanted.concurrency, footprintBudgetBytes: wanted.budgetBytes,
      known: Set(preloadTargets().map(\.name)))
  }

  /// What opening the served generation takes: of dense indexes the estimate for their kind and parts, of everything else
  /// the bytes of the files, which it maps or reads at most.
  private var setFootprint: UInt64 {
    guard let manifest = currentManifest else { return 0 }
    return manifest.artifacts.reduce(0) { sum, record in
      let isDense = DenseSpace.all.contains { $0.channel == record.channel }
      let estimate = isDense ? ChannelRow.estimatedBytes(record, settings: settings.dense) : nil
      return sum + (estimate ?? record.files.reduce(0) { $0 + UInt64(clamping: $1.bytes) })
    }
  }

  /// Connecting to a server has embedded a text already, so asking whether it is well is enough; a model of this process
  /// embeds its first text here.
  private func warmEmbedder() async throws {
    try await embedder.withValue { embedder in
      if let client = Self.client(of: embedder) {
        _ = try await client.checkConnection()
      } else {
        _ = try await embedder.embed([Self.warmUpQuestion])
      }
    }
  }

  private var currentManifest: GenerationManifest? {
    try? GenerationStore(root: settings.indexPath).current()?.manifest
  }

  static func bytes(of path: String) -> UInt64 {
    let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? any BinaryInteger
    return size.map { UInt64(clamping: $0) } ?? 0
  }
}
