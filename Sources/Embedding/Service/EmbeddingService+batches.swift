import RuntimeCells

extension EmbeddingService {
  /// Sends batches that are full or have waited long enough; sets the timer for the one that has not.
  func pump() {
    while flights.count < queueLimits.maxInFlight, let oldest = queue.oldest {
      let due = oldest + queueLimits.maxDelay
      guard queue.count >= queueLimits.maxBatch || phase != .open || due <= clock.now else { return arm(due) }
      launch(queue.take(queueLimits.maxBatch), since: oldest)
    }
    // Either nothing waits, or the end of a batch in work will call this again.
    disarm()
  }

  private func arm(_ due: Duration) {
    if let alarm, alarm.due <= due { return }
    disarm()
    lastNumber += 1
    let number = lastNumber
    let delay = due - clock.now
    let task = Task.detached { [weak self, clock] in
      do { try await clock.sleep(for: delay) } catch { return }
      await self?.ring(number)
    }
    alarm = Alarm(number: number, due: due, task: task)
  }

  private func ring(_ number: Int) {
    guard alarm?.number == number else { return }
    alarm = nil
    pump()
  }

  private func disarm() {
    alarm?.task.cancel()
    alarm = nil
  }

  private func launch(_ items: [RequestQueue.Item], since: Duration) {
    lastNumber += 1
    let number = lastNumber
    let start = clock.now
    let texts = items.map(\.text)
    flights[number] = Flight(items: items, wanted: Set(items.map(\.call)))
    // Detached: the embedder's own preparation must not hold up the queue.
    let task = Task.detached { [embedder] in
      let result = await Self.run(texts, embedder)
      await self.landed(number, result, waited: start - since, started: start)
    }
    flights[number]?.task = task
  }

  private static func run(_ texts: [String], _ embedder: any Embedder) async -> Result<EmbeddingMatrix, any Error> {
    do {
      let matrix = try await embedder.embed(texts)
      guard matrix.rows == texts.count, matrix.dimension == embedder.dimension else {
        throw EmbeddingError(
          .brokenPromise, "the embedder of \(embedder.modelID) gave a matrix of another shape than it promises",
          expected: "\(texts.count) x \(embedder.dimension)", actual: "\(matrix.rows) x \(matrix.dimension)")
      }
      return .success(matrix)
    } catch {
      return .failure(error)
    }
  }

  private func landed(
    _ number: Int, _ result: Result<EmbeddingMatrix, any Error>, waited: Duration, started: Duration
  ) async {
    let items = flights[number]?.items ?? []
    let took = clock.now - started
    typicalBatch = (typicalBatch * 3 + took) / 4
    switch result {
    case .success(let matrix):
      observer?(.batch(texts: items.count, waited: waited, took: took, outcome: "ok"))
      for (row, item) in items.enumerated() { deliver(matrix.row(row), item) }
    case .failure(let error):
      observer?(.batch(texts: items.count, waited: waited, took: took, outcome: EmbeddingEvent.outcome(error)))
      if items.count > 1, mayBeOneText(error) {
        observer?(.batchSplit(texts: items.count))
        await oneByOne(items)
      } else {
        for call in Set(items.map(\.call)) { finish(call, .failure(error)) }
      }
    }
    flights[number] = nil
    pump()
    finishClosing()
  }

  /// Tries each text that is still wanted alone; a call fails with its first failing text.
  private func oneByOne(_ items: [RequestQueue.Item]) async {
    for item in items where calls[item.call] != nil {
      let texts = [item.text]
      let embedder = embedder
      let result = await Task.detached { await Self.run(texts, embedder) }.value
      switch result {
      case .success(let matrix): deliver(matrix.row(0), item)
      case .failure(let error): finish(item.call, .failure(error))
      }
    }
  }

  /// Errors of other types say nothing of their cause, so a text may be it.
  private func mayBeOneText(_ error: any Error) -> Bool {
    if error is CancellationError { return false }
    return (error as? EmbeddingError)?.code.mayBeOneText ?? true
  }

  private func deliver(_ vector: ArraySlice<Float>, _ item: RequestQueue.Item) {
    guard var call = calls[item.call] else { return }
    // Taken out while it changes, so that its values are not copied for each text.
    calls[item.call] = nil
    call.set(vector, at: item.place)
    call.received += 1
    if call.isCached { cache.store(QueryCache.Key(text: item.text, model: modelID), Array(vector)) }
    let isComplete = call.received == call.missing.count
    let values = isComplete ? call.values : []
    calls[item.call] = call
    if isComplete { finish(item.call, .success(EmbeddingMatrix(dimension: dimension, values: values))) }
  }

  /// Ends a call: nothing of it waits any more, and a batch that nobody else is in is cancelled.
  func finish(_ number: Int, _ result: Result<EmbeddingMatrix, any Error>) {
    guard let call = calls.removeValue(forKey: number) else { return }
    queue.remove(call: number)
    for (key, flight) in flights where flight.wanted.contains(number) {
      flights[key]?.wanted.remove(number)
      if flights[key]?.wanted.isEmpty == true { flight.task?.cancel() }
    }
    call.continuation?.resume(with: result)
    finishClosing()
  }

  private func finishClosing() {
    guard phase != .open, calls.isEmpty, flights.isEmpty else { return }
    for closer in closers { closer.resume() }
    closers = []
  }
}
