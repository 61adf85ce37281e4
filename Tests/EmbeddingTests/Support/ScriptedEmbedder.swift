import Embedding
import Synchronization

/// An embedder whose batches wait for the test and which fails for the texts it is told to.
///
/// The vector of a text is `[length, first byte]`, so that a row in the wrong place is seen.
final class ScriptedEmbedder: Embedder {
  struct Refusal: Error {}

  private struct State {
    var batches: [[String]] = []
    var cancelled: [[String]] = []
    var failures: [String: any Error] = [:]
    var wholeBatchFailure: (any Error)?
    var held: [CheckedContinuation<Void, Never>] = []
    var isHolding = false
    var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    var rows: Int?
  }

  let modelID = "scripted"
  let dimension = 2
  let maximumTokens = 8
  private let state = Mutex(State())

  init(holding: Bool = false) { state.withLock { $0.isHolding = holding } }

  var batches: [[String]] { state.withLock { $0.batches } }
  var cancelled: [[String]] { state.withLock { $0.cancelled } }

  func fail(_ text: String, _ error: any Error) { state.withLock { $0.failures[text] = error } }
  func failBatches(_ error: (any Error)?) { state.withLock { $0.wholeBatchFailure = error } }
  func giveRows(_ rows: Int) { state.withLock { $0.rows = rows } }

  /// Returns when `count` batches have begun.
  func begun(_ count: Int) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLock { state in
        if state.batches.count >= count { return true }
        state.watchers.append((count, continuation))
        return false
      }
      if isThere { continuation.resume() }
    }
  }

  /// Lets the batches that have begun go on, and later ones straight through unless `hold` is true.
  func release(hold: Bool = false) {
    let held = state.withLock { state in
      state.isHolding = hold
      defer { state.held = [] }
      return state.held
    }
    for continuation in held { continuation.resume() }
  }

  static func vector(_ text: String) -> [Float] { [Float(text.utf8.count), Float(text.utf8.first ?? 0)] }

  func embed(_ texts: [String]) async throws -> EmbeddingMatrix {
    await withCheckedContinuation { continuation in
      let resume = state.withLock { state in
        state.batches.append(texts)
        let count = state.batches.count
        var resume = state.watchers.filter { $0.count <= count }.map(\.continuation)
        state.watchers.removeAll { $0.count <= count }
        if state.isHolding { state.held.append(continuation) } else { resume.append(continuation) }
        return resume
      }
      for continuation in resume { continuation.resume() }
    }
    let rows = try state.withLock { state in
      if Task.isCancelled {
        state.cancelled.append(texts)
        throw CancellationError()
      }
      if let error = state.wholeBatchFailure { throw error }
      for text in texts { if let error = state.failures[text] { throw error } }
      return state.rows ?? texts.count
    }
    return EmbeddingMatrix(dimension: 2, values: Array(texts.flatMap(Self.vector).prefix(rows * 2)))
  }
}
