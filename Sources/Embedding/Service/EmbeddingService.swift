public import CellContract
public import RuntimeCells

/// A queue in front of an embedder that gathers the texts of many callers into batches, and remembers recent ones.
///
/// Small calls that come at the same time share a batch; callers take turns text by text, so a bulk load delays a query by
/// a batch or two. A cancelled call leaves the queue at once; its batch goes on for the others, or is cancelled when nobody
/// else is in it. A batch that fails because of one text is tried again text by text, so that only that text's call fails.
///
/// Everything waits without a thread. Results are the embedder's own: the queue changes nothing but speed.
public actor EmbeddingService: Embedder, AsyncCloseable {
  /// The embedder's model.
  public nonisolated let modelID: String
  /// The embedder's dimension.
  public nonisolated let dimension: Int
  /// The embedder's limit.
  public nonisolated let maximumTokens: Int
  /// How texts are gathered and what is remembered.
  public nonisolated let queueLimits: EmbeddingServiceLimits

  /// Who does the work. Asking it directly goes past queue and cache.
  public nonisolated let embedder: any Embedder

  /// The embedder's, past queue and cache: token vectors are asked for in batches already.
  public nonisolated var tokenEncoder: (any TokenEncoder)? { embedder.tokenEncoder }

  let clock: CellClock
  let observer: EmbeddingObserver?
  var queue = RequestQueue()
  var calls: [Int: PendingCall] = [:]
  var flights: [Int: Flight] = [:]
  var cache: QueryCache
  var alarm: Alarm?
  var lastNumber = 0
  var phase = Phase.open
  var closers: [CheckedContinuation<Void, Never>] = []
  /// A moving average of how long a batch takes; tells an overloaded caller when to come back.
  var typicalBatch: Duration = .milliseconds(20)

  /// Puts a queue in front of `embedder`, which belongs to the service from then on: ``close()`` closes it too.
  ///
  /// - Parameters:
  ///   - embedder: does the work.
  ///   - limits: how texts are gathered, how much may wait, what is remembered.
  ///   - clock: measures the delay.
  ///   - observer: is told what happens, on the service's executor; must return soon.
  /// - Throws: `EmbeddingError` with code `invalidSetting`.
  public init(
    _ embedder: any Embedder, limits: EmbeddingServiceLimits = EmbeddingServiceLimits(),
    clock: CellClock = .continuous, observer: EmbeddingObserver? = nil
  ) throws(EmbeddingError) {
    try limits.validate()
    self.embedder = embedder
    queueLimits = limits
    self.clock = clock
    self.observer = observer
    modelID = embedder.modelID
    dimension = embedder.dimension
    maximumTokens = embedder.maximumTokens
    cache = QueryCache(entries: limits.cacheEntries, bytes: limits.cacheBytes)
  }

  /// What waits and what is in work now.
  public var occupancy: (calls: Int, waitingTexts: Int, batches: Int) { (calls.count, queue.count, flights.count) }

  /// Embeds `texts` as a caller of its own; see ``Embedder/embed(_:)``.
  public func embed(_ texts: [String]) async throws -> EmbeddingMatrix { try await embed(texts, caller: nil) }

  /// Embeds `texts`. All calls with the same `caller` share one turn a round; nil makes the call a caller of its own.
  ///
  /// - Throws: what the embedder threw for one of the texts; `EmbeddingError` with code `overloaded` or `closed`;
  ///   `CancellationError`.
  public func embed(_ texts: [String], caller: String?) async throws -> EmbeddingMatrix {
    do {
      let matrix = try await answer(texts, caller)
      observer?(.call(outcome: "ok"))
      return matrix
    } catch {
      observer?(.call(outcome: EmbeddingEvent.outcome(error)))
      throw error
    }
  }

  /// What the embedder says; see ``Embedder/exceedsLimit(_:)``.
  public nonisolated func exceedsLimit(_ text: String) -> Bool? { embedder.exceedsLimit(text) }

  /// Refuses new calls, finishes those it has, then closes the embedder if that can be closed. May be called again.
  public func close() async throws {
    let isFirst = phase == .open
    if isFirst { phase = .draining }
    pump()
    if !calls.isEmpty || !flights.isEmpty {
      await withCheckedContinuation { closers.append($0) }
    }
    phase = .closed
    guard isFirst else { return }
    switch embedder {
    case let embedder as any AsyncCloseable: try await embedder.close()
    case let embedder as any Closeable:
      // It may block: not on a thread of the cooperative pool.
      let threads = DedicatedThreads(name: "close", count: 1)
      defer { threads.stop() }
      try await threads.run { try embedder.close() }
    default: break
    }
  }

  private func answer(_ texts: [String], _ caller: String?) async throws -> EmbeddingMatrix {
    try Task.checkCancellation()
    guard phase == .open else { throw closed }
    var call = PendingCall(texts: texts, dimension: dimension)
    if texts.count <= queueLimits.cachedCallTexts, queueLimits.cacheEntries > 0 { fillFromCache(&call) }
    guard !call.missing.isEmpty else { return EmbeddingMatrix(dimension: dimension, values: call.values) }
    guard calls.count < queueLimits.maxCalls else { throw overloaded }
    lastNumber += 1
    let number = lastNumber
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        // A cancellation before this point ran its handler before there was anything to remove.
        guard !Task.isCancelled else { return continuation.resume(throwing: CancellationError()) }
        call.continuation = continuation
        enqueue(call, number, caller.map { .named($0) } ?? .anonymous(number))
      }
    } onCancel: {
      Task { await self.cancel(number) }
    }
  }

  private func fillFromCache(_ call: inout PendingCall) {
    call.isCached = true
    for place in call.texts.indices {
      guard let vector = cache.vector(QueryCache.Key(text: call.texts[place], model: modelID)) else { continue }
      call.set(vector[...], at: place)
      call.missing.removeAll { $0 == place }
    }
    let misses = call.missing.count
    observer?(.cache(hits: call.texts.count - misses, misses: misses))
  }

  private func enqueue(_ call: PendingCall, _ number: Int, _ lane: RequestQueue.Lane) {
    calls[number] = call
    let now = clock.now
    let items = call.missing.map {
      RequestQueue.Item(call: number, place: $0, text: call.texts[$0], since: now)
    }
    queue.add(items, lane: lane)
    pump()
  }

  private func cancel(_ number: Int) {
    finish(number, .failure(CancellationError()))
    pump()
  }

  private var overloaded: EmbeddingError {
    let rounds = max(1, (queue.count + queueLimits.maxBatch - 1) / queueLimits.maxBatch)
    return EmbeddingError(
      .overloaded,
      "\(calls.count) calls wait for the embedder \(modelID), which is as many as it takes: try again later, or raise maxCalls",
      retryAfter: max(.milliseconds(1), typicalBatch * rounds / queueLimits.maxInFlight))
  }

  var closed: EmbeddingError {
    EmbeddingError(.closed, "the embedder of \(modelID) was closed: make a new one, or close it later")
  }
}
