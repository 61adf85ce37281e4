import RuntimeCells
import RuntimeCellsTesting
import Testing

@testable import Embedding

struct EmbedderProbeTests {
  /// Takes a time that the test sets, and gives unit vectors.
  private struct Timed: Embedder {
    let modelID = "timed"
    let dimension = 2
    let maximumTokens = 8
    let clock: ManualClock
    var takes: Duration = .zero
    var values: [Float] = [0.6, 0.8]
    var error: EmbeddingError?

    func embed(_ texts: [String]) async throws -> EmbeddingMatrix {
      #expect(texts == ["warmup"])
      clock.advance(by: takes)
      if let error { throw error }
      return EmbeddingMatrix(dimension: 2, values: values)
    }
  }

  let clock = ManualClock()

  private func probe(_ budget: Duration? = nil, _ change: (inout Timed) -> Void = { _ in }) async throws
    -> EmbedderProbe.Report
  {
    var embedder = Timed(clock: clock)
    change(&embedder)
    return try await EmbedderProbe.run(embedder, budget: budget, limits: ["known"], clock: CellClock(clock))
  }

  @Test func `an embedder within its budget is well`() async throws {
    let report = try await probe(.milliseconds(50)) { $0.takes = .milliseconds(50) }
    #expect(report.ok)
    #expect(report.error == nil)
    #expect(report.limits == ["known"])
    #expect(report.took == .milliseconds(50))
    #expect(report.detail == "timed gave a vector of 2 components in 50 ms")
  }

  @Test func `one that is slower than its budget is not, and the report tells both times`() async throws {
    let report = try await probe(.milliseconds(50)) { $0.takes = .milliseconds(51) }
    #expect(!report.ok)
    let error = try #require(report.error as? EmbeddingError)
    #expect(error.code == .budgetExceeded)
    #expect(error.expected == "at most 50 ms")
    #expect(error.actual == "51 ms")
  }

  @Test func `what the embedder threw is in the report`() async throws {
    let report = try await probe { $0.error = EmbeddingError(.circuitOpen, "later") }
    #expect((report.error as? EmbeddingError)?.code == .circuitOpen)
    #expect(report.detail.contains("embedding.circuit-open"))
  }

  @Test(arguments: [[], [0.6, 0.8, 0.6, 0.8], [3, 4], [.nan, 1]] as [[Float]])
  func `a wrong answer is found`(values: [Float]) async throws {
    let report = try await probe { $0.values = values }
    #expect((report.error as? EmbeddingError)?.code == .brokenPromise)
  }

  @Test func `a queue's cache does not answer for the embedder`() async throws {
    let scripted = ScriptedEmbedder()
    let service = try EmbeddingService(scripted)
    _ = try await EmbedderProbe.run(service)
    _ = try await EmbedderProbe.run(service)
    #expect(scripted.batches.count == 2)
  }
}
