import CellContract
import Indexing
public import Lifespan
public import RuntimeCells

extension ApplicationContext {
  /// How a new index generation is noticed and published.
  ///
  /// - Parameters:
  ///   - authority: signs the swap; nil allows none.
  ///   - environment: where the guard looks.
  public func indexReloader(authority: SwapAuthority?, environment: CellEnvironment = .process) -> IndexReloader {
    let store = GenerationStore(root: settings.indexPath)
    return IndexReloader(
      served: { self.hybrid.withValueIfReady { UInt64(clamping: $0.generation.number) } },
      available: {
        try await self.searchThreads.run { try store.currentNumber() }.map { UInt64(clamping: $0) }
      },
      isAllowed: { authority != nil && CellGuard.isTruthy(environment[CellGuard.swapVariable]) },
      reload: {
        guard let authority else { return nil }
        try await self.reloadIndex(permit: authority.permit(reason: "a new generation of the index"))
        return self.hybrid.withValueIfReady { UInt64(clamping: $0.generation.number) }
      })
  }
}
