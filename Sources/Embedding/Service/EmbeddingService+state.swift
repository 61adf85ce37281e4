extension EmbeddingService {
  /// Whether calls are taken.
  enum Phase {
    case open
    case draining
    case closed
  }

  /// One call that waits for its vectors.
  struct PendingCall {
    let texts: [String]
    let dimension: Int
    /// Row-major vectors, filled in as they come.
    var values: [Float]
    /// Places whose vector the embedder has to make.
    var missing: [Int]
    /// How many of them have come.
    var received = 0
    /// Whether its vectors are to be remembered.
    var isCached = false
    var continuation: CheckedContinuation<EmbeddingMatrix, any Error>?

    init(texts: [String], dimension: Int) {
      self.texts = texts
      self.dimension = dimension
      values = [Float](repeating: 0, count: texts.count * dimension)
      missing = Array(texts.indices)
    }

    mutating func set(_ vector: ArraySlice<Float>, at place: Int) {
      values.replaceSubrange(place * dimension..<(place + 1) * dimension, with: vector)
    }
  }

  /// A batch in work.
  struct Flight {
    var items: [RequestQueue.Item]
    /// Calls that still want something of it.
    var wanted: Set<Int>
    var task: Task<Void, Never>?
  }

  /// The timer for the batch that is being gathered.
  struct Alarm {
    var number: Int
    var due: Duration
    var task: Task<Void, Never>
  }
}
