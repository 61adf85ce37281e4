public import RuntimeCells

/// One real batch through an embedder, with a limit on the time it may take (`codeintel runtime vllm-probe`).
public enum EmbedderProbe {
  /// What a probe found. Exactly when ``ok`` is false there is an ``error``, from which a problem document can be made.
  public struct Report: Sendable {
    /// Whether the embedder answered, rightly and in time.
    public let ok: Bool
    /// What happened, in one sentence.
    public let detail: String
    /// What is restricted although it works; for example a server that does not tell its health.
    public let limits: [String]
    /// Why it failed.
    public let error: (any Error)?
    /// Time for the batch.
    public let took: Duration

    init(ok: Bool, detail: String, limits: [String], error: (any Error)?, took: Duration) {
      self.ok = ok
      self.detail = detail
      self.limits = limits
      self.error = error
      self.took = took
    }

    /// The report of a probe that did not come as far as a batch.
    public init(failed error: any Error) {
      self.init(ok: false, detail: "\(error)", limits: [], error: error, took: .zero)
    }
  }

  /// Embeds the word "warmup".
  ///
  /// - Parameters:
  ///   - embedder: on whatever transport.
  ///   - budget: the longest it may take; nil means any time. A probe that takes longer runs to its end and then fails, so
  ///     that the report tells how long it took.
  ///   - limits: restrictions that are known already.
  ///   - clock: measures the time.
  /// - Throws: `CancellationError` only; every other failure is in the report.
  public static func run(
    _ embedder: any Embedder, budget: Duration? = nil, limits: [String] = [], clock: CellClock = .continuous
  ) async throws -> Report {
    // Past the queue: its cache would answer the second probe without any work.
    let embedder = (embedder as? EmbeddingService)?.embedder ?? embedder
    let start = clock.now
    let failure: (any Error)?
    do {
      let matrix = try await embedder.embed(["warmup"])
      failure = check(matrix, embedder) ?? late(clock.now - start, budget, embedder)
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      failure = error
    }
    let took = clock.now - start
    let detail =
      failure.map { "\($0)" }
      ?? "\(embedder.modelID) gave a vector of \(embedder.dimension) components in \(milliseconds(took)) ms"
    return Report(ok: failure == nil, detail: detail, limits: limits, error: failure, took: took)
  }

  private static func check(_ matrix: EmbeddingMatrix, _ embedder: any Embedder) -> EmbeddingError? {
    let sum = matrix.values.reduce(0) { $0 + $1 * $1 }
    if matrix.rows == 1, matrix.dimension == embedder.dimension, abs(sum - 1) < 1e-3 { return nil }
    return EmbeddingError(
      .brokenPromise, "the embedder \(embedder.modelID) gave something else than one vector of length 1",
      expected: "1 x \(embedder.dimension)", actual: "\(matrix.rows) x \(matrix.dimension), squared length \(sum)")
  }

  private static func late(_ took: Duration, _ budget: Duration?, _ embedder: any Embedder) -> EmbeddingError? {
    guard let budget, took > budget else { return nil }
    return EmbeddingError(
      .budgetExceeded, "the embedder \(embedder.modelID) works, but was slower than it may be",
      expected: "at most \(milliseconds(budget)) ms", actual: "\(milliseconds(took)) ms")
  }

  private static func milliseconds(_ duration: Duration) -> Int { Int((duration / .milliseconds(1)).rounded(.up)) }
}
