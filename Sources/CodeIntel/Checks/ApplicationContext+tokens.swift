import CellContract
import Indexing
import Retrieval
import RuntimeCells

extension ApplicationContext {
  /// Opens the token index of the generation that `CURRENT` names, apart from the one that is served, and runs one search
  /// for one hit. A generation without one is a limit, no failure.
  ///
  /// - Throws: `IndexingError` with `noIndex` where there is no index at all; what opening and searching throws;
  ///   `CancellationError`.
  public func checkTokenIndex() async throws -> ComponentCheck {
    let set = try await openCurrentGeneration(false)
    guard set.channelNames.contains(CellName.xtr) else {
      try await set.close()
      return ComponentCheck(detail: "disabled", limits: ["\(CellName.xtr): \(ChannelRow.absentReason)"])
    }
    let result: Result<ComponentCheck, any Error>
    do { result = .success(try await set.checkTokenIndex(on: searchThreads)) } catch { result = .failure(error) }
    try await set.close()
    return try result.get()
  }
}

extension GenerationSet {
  fileprivate func checkTokenIndex(on threads: DedicatedThreads) async throws -> ComponentCheck {
    let number = generation.number
    return try await withTokenIndex { index in
      let facts = index.metadata
      let clock = CellClock.continuous
      let start = clock.now
      let found = try await threads.run { () -> ChannelHit? in
        // A chunk's own tokens must find it; no model is needed to ask.
        guard let row = (0..<Int64(index.count)).first(where: { index.tokenCount(of: $0) > 0 }) else { return nil }
        return try index.search(index.vectors(of: row), k: 1).first
      }
      guard let found else {
        return ComponentCheck(detail: "generation \(number): no tokens", limits: ["xtr: the index is empty"])
      }
      let milliseconds = ((clock.now - start) / .milliseconds(1) * 10).rounded() / 10
      return ComponentCheck(
        detail:
          "generation \(number): \(facts.tokens) token vectors of \(facts.dimension) numbers (\(facts.element.rawValue))"
          + " in \(facts.documents) chunks, a search for one hit found row \(found.row) in \(milliseconds) ms")
    }
  }
}
