import CellContract
package import CodeIntel
import Foundation
import Indexing
package import Retrieval
package import RuntimeCells
import Synchronization

/// An index of two generations without one file in common, and a context that serves the one it is told to.
package final class TwoGenerations: Sendable {
  package let authority = SwapAuthority()
  package let context: ApplicationContext
  private let chosen = Chosen()
  private let tree: TemporaryTree

  private final class Chosen: Sendable { let number = Mutex(1) }

  /// - Parameters:
  ///   - allowsSwap: whether the guard lets payloads be replaced.
  ///   - channels: those of the index, beside the ones that each has.
  ///   - change: models for these.
  package init(
    allowsSwap: Bool = true, channels: [String] = [], factories change: (inout ContextFactories) -> Void = { _ in }
  ) async throws {
    let tree = try TemporaryTree([:])
    let settings = try Settings.load(
      environment: [
        "CODEINTEL_INDEX": tree.index, "CODEINTEL_COMPUTE_THREADS": "2",
        "CODEINTEL_INDEX_CHANNELS": channels.joined(separator: ","), "CODEINTEL_SEARCH_CHANNEL_BUDGET_SECONDS": "3600",
      ]
    ).settings
    var factories = ContextFactories.live
    factories.embedder = { _ in HashingEmbedder(tokens: HashingTokenEncoder()) }
    change(&factories)
    let writer = try ApplicationContext(settings: settings, factories: factories)
    for number in 0..<6 {
      try tree.write("func bicycleOld\(number)() { let wheel = \(number) }", to: "Generation1/Street\(number).swift")
    }
    _ = try await writer.index(roots: [tree.source], maximumFileBytes: 1 << 20, progress: SilentProgress())
    try FileManager.default.removeItem(atPath: tree.source + "/Generation1")
    for number in 0..<9 {
      try tree.write(
        "struct BicycleNew\(number) { var bell: Int { \(number) } }", to: "Generation2/Lane\(number).swift")
    }
    _ = try await writer.index(roots: [tree.source], maximumFileBytes: 1 << 20, progress: SilentProgress())
    try await writer.shutdown()
    let chosen = chosen
    factories.currentGeneration = { settings in
      try GenerationStore(root: settings.indexPath).load(chosen.number.withLock { $0 })
    }
    self.tree = tree
    context = try ApplicationContext(
      settings: settings, factories: factories,
      cells: CellConfiguration(
        environment: CellEnvironment(allowsSwap ? [CellGuard.swapVariable: "1"] : [:]), swapAuthority: authority))
  }

  /// Has the next reload find generation `number`.
  package func choose(_ number: Int) { chosen.number.withLock { $0 = number } }

  /// What is wrong with an answer; nil when all of it comes from the generation it names.
  package static func flaw(of response: SearchResponse) -> String? {
    if !response.limits.isEmpty { return "limits: \(response.limits)" }
    if response.hits.isEmpty { return "no hits in generation \(response.generation)" }
    let strays = response.hits.filter { !$0.path.hasPrefix("Generation\(response.generation)/") }
    return strays.isEmpty ? nil : "generation \(response.generation) answered with \(strays.map(\.path))"
  }
}
