import RuntimeCells

/// Reads and cuts files on a few threads and appends the chunks to the store in walk order, with at most a few batches
/// in memory.
struct ChunkPipeline {
  let threads: DedicatedThreads
  let reader: SourceReader
  let plan: ChunkingPlan
  let store: ChunkStore
  let progress: any IndexProgress
  let reaching: @Sendable (BuildStep) throws -> Void

  struct Outcome: Sendable {
    var tally = SourceTally()
    var skipped: SkipReport
  }

  func run(_ walked: TreeWalker.Result) async throws -> Outcome {
    let batches = FileBatch.split(walked.files)
    var outcome = Outcome(skipped: walked.skipped)
    var done = 0
    try await withThrowingTaskGroup(of: (Int, [FileBatch.Result]).self) { group in
      var started = 0
      var waiting: [Int: [FileBatch.Result]] = [:]
      var next = 0
      let ahead = threads.count * 2
      while next < batches.count {
        while started < batches.count, started < next + ahead {
          let (number, batch) = (started, batches[started])
          group.addTask { [threads, reader, plan] in
            (number, try await threads.run { batch.process(reader: reader, plan: plan) })
          }
          started += 1
        }
        while let results = waiting.removeValue(forKey: next) {
          try await store(results, in: &outcome)
          done += results.count
          progress.stage("chunk", done: done, total: walked.files.count)
          next += 1
          try reaching(.batchStored)
        }
        if next < batches.count, waiting[next] == nil, let (number, results) = try await group.next() {
          waiting[number] = results
        }
        try Task.checkCancellation()
      }
    }
    return outcome
  }

  private func store(_ results: [FileBatch.Result], in outcome: inout Outcome) async throws {
    var chunks: [Chunk] = []
    for result in results {
      switch result.outcome {
      case .skipped(let reason): outcome.skipped.add(reason, path: result.file.path)
      case .chunked(let language, let contentHash, let found, let fallback):
        outcome.tally.add(path: result.file.path, contentHash: contentHash)
        if fallback != nil { outcome.tally.add(fallback: result.file.path) }
        for item in found {
          chunks.append(item.with(row: Int64(outcome.tally.chunks)))
          outcome.tally.addChunk(language: language)
        }
      }
    }
    try await store.append(chunks)
  }
}
