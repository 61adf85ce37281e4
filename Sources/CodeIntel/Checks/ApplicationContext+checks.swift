import Embedding
import Indexing
import Retrieval
public import RuntimeCells
import VLLMTransport

extension ApplicationContext {
  /// Opens the dense index of the generation that `CURRENT` names, apart from the one that is served, and runs one search
  /// for one hit.
  ///
  /// - Throws: what opening and searching throws; `CancellationError`.
  public func checkDenseIndex() async throws -> ComponentCheck {
    let set = try await openCurrentGeneration(false)
    let result: Result<ComponentCheck, any Error>
    do { result = .success(try await set.checkDenseIndex(on: searchThreads)) } catch { result = .failure(error) }
    try await set.close()
    return try result.get()
  }

  /// Has the configured embedder, whatever its transport, make one batch of one text.
  ///
  /// - Parameters:
  ///   - budget: how long the batch may take, loading not counted; nil allows any time.
  ///   - clock: measures it.
  /// - Throws: ``LatencyBudgetError``; ``CellError`` around what loading threw; what embedding throws.
  public func probeEmbedder(budget: Duration? = nil, clock: CellClock = .continuous) async throws -> ComponentCheck {
    try await embedder.withValue { cached in
      // Past the queue: its cache would answer the second probe without any work.
      let embedder = (cached as? EmbeddingService)?.embedder ?? cached
      var limits: [String] = []
      if let client = Self.client(of: embedder), try await client.checkConnection().isHealthy == nil {
        limits.append("vllm: the server has no /health, so only its models and a batch tell that it is well")
      }
      let start = clock.now
      let matrix = try await embedder.embed(["warmup"])
      let duration = clock.now - start
      if let budget, duration > budget { throw LatencyBudgetError(duration: duration, budget: budget) }
      let milliseconds = (duration / .milliseconds(1) * 10).rounded() / 10
      return ComponentCheck(
        detail: "\(embedder.modelID) \(embedder is VLLMClient ? "over HTTP" : "in-process"): one text became "
          + "\(matrix.dimension) numbers in \(milliseconds) ms", limits: limits)
    }
  }
}

extension DenseIndex {
  /// What lies beside the large part, for people; nothing where there is one part.
  fileprivate var partsText: String {
    isInParts ? " (\(freshCount) fresh beside a kept \(kind.parameterText) index with \(deadCount) dead)" : ""
  }
}

extension GenerationSet {
  /// What was expected and what is taken.
  private static func size(_ estimate: UInt64?, _ bytes: Int) -> String {
    func text(_ bytes: Double) -> String { "\((bytes / 1_048_576 * 100).rounded() / 100) MiB" }
    let expected = estimate.map { " (\(text(Double($0))) estimated)" } ?? ""
    return text(Double(bytes)) + expected
  }

  fileprivate func checkDenseIndex(on threads: DedicatedThreads) async throws -> ComponentCheck {
    let number = generation.number
    let estimate = estimatedBytes[CellName.faiss]
    return try await withDenseIndex { dense in
      let index = dense.index
      guard index.count > 0 else {
        return ComponentCheck(
          detail: "generation \(number): no vectors", limits: ["faiss: the index is empty"] + dense.limits)
      }
      let clock = CellClock.continuous
      let start = clock.now
      let hits = try await threads.run {
        // A vector of the index itself must find a row; no model is needed to ask.
        try index.search(index.vector(of: 0), k: 1)
      }
      let milliseconds = ((clock.now - start) / .milliseconds(1) * 10).rounded() / 10
      return ComponentCheck(
        detail: "generation \(number): \(index.count) vectors of \(index.dimension) numbers\(index.partsText), "
          + "\(Self.size(estimate, index.memoryBytes)) of memory, "
          + "a search for one hit found row \(hits.first.map { "\($0.row)" } ?? "none") in \(milliseconds) ms",
        limits: dense.limits)
    }
  }
}
