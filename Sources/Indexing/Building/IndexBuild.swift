import RuntimeCells

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One run of an ``IndexBuilder``, with its lock taken and its draft open.
struct IndexBuild {
  let builder: IndexBuilder
  let threads: DedicatedThreads
  let roots: [SourceRoot]
  let plan: ChunkingPlan
  let draft: GenerationDraft
  let progress: any IndexProgress
  private var clock = StageClock()
  private var limits: [String]
  /// What there is to say of this run alone, and not of what it makes.
  private var notes: [String] = []
  /// What the generation served so far says of itself.
  private var served: GenerationManifest?

  init(
    builder: IndexBuilder, threads: DedicatedThreads, roots: [SourceRoot], plan: ChunkingPlan, draft: GenerationDraft,
    progress: any IndexProgress
  ) {
    self.builder = builder
    self.threads = threads
    self.roots = roots
    self.plan = plan
    self.draft = draft
    self.progress = progress
    limits = plan.limits
  }

  mutating func run() async throws -> IndexReport {
    try builder.reaching(.begun)
    progress.stage("walk", done: 0, total: nil)
    let walked = try await clock.measure("walk") { [self] in try await walk() }
    progress.stage("walk", done: walked.files.count, total: walked.files.count)
    try builder.reaching(.walked)
    let previous = try await previousGeneration()
    let settingsDigest = try self.settingsDigest()
    if let previous, isComparable(previous.manifest, settingsDigest: settingsDigest) {
      let digest = try await clock.measure("compare") { [self] in try await sourceDigest(walked.files) }
      if digest == previous.manifest.sourceDigest {
        return IndexReport(manifest: previous.manifest, reused: true, stages: clock.stages)
      }
    }
    let outcome = try await chunk(walked)
    guard outcome.tally.chunks > 0 else { throw nothingToIndex(outcome.skipped) }
    var manifest = manifest(outcome, settingsDigest: settingsDigest)
    manifest.artifacts = try await buildArtifacts(previous: previous)
    let published = try await clock.measure("publish") { [self, manifest] in try await publish(manifest) }
    let changes = ArtifactChanges.sentences(from: served?.artifacts ?? [], to: published.artifacts)
    return IndexReport(manifest: published, reused: false, stages: clock.stages, changes: changes, notes: notes)
  }

  private func walk() async throws -> TreeWalker.Result {
    try await threads.run { [builder, roots] in
      let walker = TreeWalker(options: builder.settings.walking)
      var all = TreeWalker.Result()
      for root in roots {
        let found = try walker.walk(root: root.path, prefix: root.prefix, excluding: [builder.store.root])
        all.files += found.files
        all.skipped.merge(found.skipped)
      }
      return all
    }
  }

  /// A generation that cannot be opened, or whose files are damaged anywhere, is no reason to fail: this build replaces it.
  /// Its manifest, if that is whole, still tells which channels there were.
  private mutating func previousGeneration() async throws -> Generation? {
    do {
      let generation = try await threads.run { [builder] in try builder.store.current(verifying: .full) }
      served = generation?.manifest
      return generation
    } catch let error as IndexingError {
      served = try? await threads.run { [store = builder.store] in
        try store.currentNumber().map { try store.manifest(of: $0) }
      }
      let consequence = served == nil ? " and its channels and settings were not compared" : ""
      notes.append(
        "the generation served so far could not be used, so everything was built anew\(consequence) (\(error))")
      return nil
    }
  }

  private mutating func chunk(_ walked: TreeWalker.Result) async throws -> ChunkPipeline.Outcome {
    let path = Paths.join(draft.directory, Generation.chunkFileName)
    let store = try await threads.run { try ChunkStore.create(at: path) }
    do {
      try builder.reaching(.storeCreated)
      let pipeline = ChunkPipeline(
        threads: threads, reader: SourceReader(options: builder.settings.walking, content: builder.content), plan: plan,
        store: store, progress: progress, reaching: builder.reaching)
      progress.stage("chunk", done: 0, total: walked.files.count)
      let outcome = try await clock.measure("chunk") { try await pipeline.run(walked) }
      progress.stage("store", done: 0, total: 1)
      try await clock.measure("store") {
        try await store.setMeta(["schema": "1"])
        try await store.finish()
      }
      progress.stage("store", done: 1, total: 1)
      try builder.reaching(.storeFinished)
      return outcome
    } catch {
      try? store.close()
      throw error
    }
  }

  private mutating func buildArtifacts(previous: Generation?) async throws -> [ArtifactRecord] {
    let directory = draft.directory
    let chunkRecord = try await threads.run {
      ArtifactRecord(
        channel: ChunkArtifact.channel, fingerprint: ChunkArtifact.fingerprint,
        files: [try ArtifactFile(describing: Generation.chunkFileName, in: directory)])
    }
    var records = [chunkRecord]
    guard !builder.artifacts.isEmpty else { return records }
    let chunks = try await threads.run {
      try ChunkStore.open(at: Paths.join(directory, Generation.chunkFileName))
    }
    defer { try? chunks.close() }
    for artifact in builder.artifacts {
      let record = try await clock.measure(artifact.channel) { [progress] in
        try await artifact.build(chunks: chunks, into: directory, previous: previous, progress: progress)
      }
      records.append(record)
      try builder.reaching(.artifactBuilt(artifact.channel))
    }
    return records
  }

  private func publish(_ manifest: GenerationManifest) async throws -> GenerationManifest {
    progress.stage("publish", done: 0, total: 1)
    let published = try await threads.run { [builder, draft] in
      let generation = try builder.store.publish(draft, manifest: manifest) { step in
        try builder.reaching(.publishing(step))
      }
      // The new generation is served already: what cannot be removed now is removed another time.
      _ = try? builder.store.prune()
      return generation.manifest
    }
    progress.stage("publish", done: 1, total: 1)
    return published
  }

  private func manifest(_ outcome: ChunkPipeline.Outcome, settingsDigest: String) -> GenerationManifest {
    var limits = limits
    if outcome.tally.fallbackCount > 0 {
      limits.append(
        "\(outcome.tally.fallbackCount) files were cut into windows, because ctags failed on them: "
          + outcome.tally.fallbacks.joined(separator: ", "))
    }
    return GenerationManifest(
      formatVersion: GenerationManifest.currentFormat, generation: draft.number,
      created: Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.down)),
      toolVersion: builder.toolVersion, roots: roots, settings: builder.settings, settingsDigest: settingsDigest,
      sourceDigest: outcome.tally.digest, files: outcome.tally.files, chunks: outcome.tally.chunks,
      chunksByLanguage: outcome.tally.chunksByLanguage, skipped: outcome.skipped, limits: limits, artifacts: [])
  }

  private func nothingToIndex(_ skipped: SkipReport) -> IndexingError {
    let counts = skipped.counts.map { "\($0.key.rawValue): \($0.value)" }.sorted().joined(separator: ", ")
    return IndexingError(
      .nothingToIndex,
      "The source directories hold no file that can be indexed: choose others, or look at what was skipped.",
      path: roots.map(\.path).joined(separator: ", "), expected: "at least one text file",
      actual: counts.isEmpty ? "no file" : "skipped \(counts)")
  }
}
