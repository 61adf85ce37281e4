import CellContract
import Embedding
import Indexing
public import Lifespan
import Retrieval
import RuntimeCells

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension ApplicationContext {
  /// Everything that can be made ready beforehand, by the names that settings use.
  ///
  /// The cells of a generation live inside the payload of `hybrid`, so that all of them are made ready by opening the set;
  /// each then shows in its own row.
  public func preloadTargets() -> [PreloadTarget] {
    let set = setFootprint
    var targets = [
      PreloadTarget(
        name: CellName.embedder, footprintBytes: Self.bytes(of: settings.modelFolder + "/model.safetensors"),
        isReady: { self.embedder.isReady },
        warm: { try await self.embedder.withValue { _ = try await $0.embed(["warmup"]) } })
    ]
    let manifest = currentManifest
    for row in ChannelRow.all where manifest.map({ !row.isPresent(in: $0) }) ?? !row.isPermanent {
      let reason = manifest == nil ? ChannelRow.unknownReason : ChannelRow.absentReason
      targets.append(.disabled(row.name, reason: reason))
    }
    let present = ChannelRow.all.map(\.name).filter { name in !targets.contains { $0.name == name } }
    for name in [CellName.hybrid, CellName.chunks] + present {
      targets.append(
        PreloadTarget(
          name: name, footprintBytes: set,
          isReady: { self.snapshot().contains { $0.name == name && $0.initState == .ready } },
          warm: { try await self.hybrid.withValue { try await $0.warmUp() } }))
    }
    return targets
  }

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

  /// The bytes of the served generation's files: what opening it maps or reads at most.
  private var setFootprint: UInt64 {
    guard let manifest = currentManifest else { return 0 }
    return manifest.artifacts.flatMap(\.files).reduce(0) { $0 + UInt64(clamping: $1.bytes) }
  }

  private var currentManifest: GenerationManifest? {
    try? GenerationStore(root: settings.indexPath).current()?.manifest
  }

  private static func bytes(of path: String) -> UInt64 {
    let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? any BinaryInteger
    return size.map { UInt64(clamping: $0) } ?? 0
  }
}

extension GenerationSet {
  /// Answers one question, so that the first one of a user finds pages touched and scratch memory made.
  ///
  /// - Throws: as ``search(_:)``.
  func warmUp() async throws {
    _ = try await search(SearchRequest(query: "warmup", limit: 1, channels: Set(channelNames)))
  }
}
