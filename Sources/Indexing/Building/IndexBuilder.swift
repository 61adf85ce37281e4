import RuntimeCells

/// Builds an index: walks the sources, cuts them into chunks, stores those, lets every channel build its artifact, and
/// publishes all of it as one generation.
///
/// When neither sources nor settings nor any channel's fingerprint changed since the generation that is served, nothing
/// is built. Whatever fails, the served generation stays as it is. Parsing, hashing and file work run on two threads of
/// the builder's own, database work on the database's.
public struct IndexBuilder: Sendable {
  /// Where the index is.
  public let store: GenerationStore
  /// How files are chosen and cut.
  public let settings: IndexSettings
  /// The channels, built in this order.
  public let artifacts: [any ChannelArtifactBuilder]
  /// Version written into the manifest.
  public let toolVersion: String

  /// Name or path of Universal Ctags.
  var ctagsExecutable = "ctags"
  /// How files are read; tests let it fail.
  var content: SourceReader.Content = { try FileSystem.read($0, limit: $1) }
  /// Called at each step; tests let it throw.
  var reaching: @Sendable (BuildStep) throws -> Void = { _ in }

  /// Threads that read and parse.
  static let parsingThreads = 2

  /// Creates a builder; nothing is touched yet.
  public init(
    store: GenerationStore, settings: IndexSettings = IndexSettings(), artifacts: [any ChannelArtifactBuilder] = [],
    toolVersion: String = "0.1.0"
  ) {
    self.store = store
    self.settings = settings
    self.artifacts = artifacts
    self.toolVersion = toolVersion
  }

  /// Indexes the directories `roots` into one generation. With several, paths begin with the root's last component.
  ///
  /// - Throws: ``IndexingError``: bad roots (`indexing.missing-directory`, `indexing.not-a-directory`,
  ///   `indexing.overlapping-roots`, `indexing.nothing-to-index`), bad settings (`indexing.invalid-setting`), another
  ///   build (`indexing.locked`), a disk that refuses (`indexing.not-writable`, `indexing.store-failure`); what a channel
  ///   throws; `CancellationError`.
  public func run(roots: [String], progress: any IndexProgress = SilentProgress()) async throws -> IndexReport {
    let threads = DedicatedThreads(name: "index", count: Self.parsingThreads)
    defer { threads.stop() }
    let (sources, plan) = try await threads.run { [settings, ctagsExecutable] in
      try settings.walking.validate()
      let sources = try RootPlan.resolve(roots)
      return (sources, try ChunkingPlan(settings: settings.chunking, ctagsExecutable: ctagsExecutable))
    }
    let draft = try await threads.run { [store] in try store.beginDraft() }
    do {
      var build = IndexBuild(
        builder: self, threads: threads, roots: sources, plan: plan, draft: draft, progress: progress)
      let report = try await build.run()
      if draft.isOpen { try await threads.run { draft.abandon() } }
      return report
    } catch {
      try? await threads.run { draft.abandon() }
      throw error
    }
  }
}
