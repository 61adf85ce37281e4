public import Embedding
public import Indexing
public import RuntimeCells

/// A judged collection as the engine would index it: one chunk a document, in a folder of the caller's.
///
/// Row `n` is document `n`. The dense index is made by the builder that indexes source trees; chunks have no path and no
/// symbol, so the model reads a document's title and text alone.
public struct CollectionIndex: Sendable {
  /// The channels that can be evaluated, in order.
  public let channels: [any RetrievalChannel]
  private let store: ChunkStore
  private let threads: DedicatedThreads

  /// A channel with an artifact of its own.
  public struct Part: Sendable {
    /// Makes the artifact.
    public var builder: any ChannelArtifactBuilder
    /// Opens it in the folder it was written to; blocking work goes to the threads.
    public var open: @Sendable (_ folder: String, _ threads: DedicatedThreads) async throws -> any RetrievalChannel

    /// A part.
    public init(
      builder: any ChannelArtifactBuilder,
      open: @escaping @Sendable (_ folder: String, _ threads: DedicatedThreads) async throws -> any RetrievalChannel
    ) {
      self.builder = builder
      self.open = open
    }
  }

  /// How long each artifact took to build, in seconds, by channel.
  public let seconds: [String: Double]
  /// What the models did not read of the documents.
  public let limits: [String]

  /// Builds and opens the index.
  ///
  /// - Parameters:
  ///   - collection: The documents.
  ///   - folder: An empty folder; the caller removes it after ``close()``.
  ///   - parts: The channels besides keywords, which come after the first of them.
  ///   - progress: Is told how far the work is.
  ///   - clock: Times the builds.
  /// - Throws: What the builders throw; `CancellationError`.
  public init(
    of collection: JudgedCollection, in folder: String, parts: [Part], progress: any IndexProgress,
    clock: StageClock = .continuous
  ) async throws {
    store = try await Self.store(collection, at: folder + "/chunks.sqlite")
    threads = DedicatedThreads(name: "evaluate", count: 1)
    var channels: [any RetrievalChannel] = []
    var seconds: [String: Double] = [:]
    var limits: [String] = []
    do {
      // Keywords are always there, second in order.
      for part in parts.prefix(1) + [.bm25()] + parts.dropFirst() {
        let start = clock.now()
        let record = try await part.builder.build(chunks: store, into: folder, previous: nil, progress: progress)
        limits += record.truncationLimit(of: collection.documents.count).map { [$0] } ?? []
        seconds[part.builder.channel] = clock.milliseconds(since: start) / 1000
        channels.append(try await part.open(folder, threads))
      }
    } catch {
      threads.stop()
      // The build's error is the one to tell.
      try? store.close()
      throw error
    }
    self.channels = channels
    self.seconds = seconds
    self.limits = limits
  }

  /// Keywords and, with an embedder, the primary dense space.
  public init(
    of collection: JudgedCollection, in folder: String, embedder: (any Embedder)?, progress: any IndexProgress
  ) async throws {
    try await self.init(
      of: collection, in: folder, parts: embedder.map { [.dense(.whole, embedder: $0)] } ?? [], progress: progress)
  }

  /// Closes the store and ends the threads.
  ///
  /// - Throws: `IndexingError` when a search still runs.
  public func close() throws {
    threads.stop()
    try store.close()
  }

  private static func store(_ collection: JudgedCollection, at path: String) async throws -> ChunkStore {
    let written = try ChunkStore.create(at: path)
    let documents = collection.documents
    for start in stride(from: 0, to: documents.count, by: 500) {
      try Task.checkCancellation()
      try await written.append(
        (start..<min(start + 500, documents.count)).map { row in
          let document = documents[row]
          return Chunk(
            id: document.id, row: Int64(row), path: "", language: "text", symbol: nil, kind: nil, startLine: 1,
            endLine: 1, text: document.title.isEmpty ? document.text : document.title + "\n" + document.text,
            contentHash: String(row))
        })
    }
    try await written.finish()
    return try ChunkStore.open(at: path)
  }
}

extension CollectionIndex.Part {
  /// The keyword channel.
  public static func bm25() -> Self {
    Self(builder: BM25ArtifactBuilder()) { folder, threads in
      let index = try await threads.run {
        try BM25Index.open(path: folder + "/" + BM25ArtifactBuilder.indexFileName)
      }
      return BM25Channel(threads: threads) { body in try await body(index) }
    }
  }

  /// A dense space, whose index is of a kind and read by so many probes.
  public static func dense(
    _ space: DenseSpace, embedder: any Embedder, kind: FaissIndexKind = .automatic,
    probes: Int? = nil
  ) -> Self {
    Self(builder: DenseArtifactBuilder(embedder: embedder, space: space, kind: kind)) { folder, threads in
      let index = try await threads.run {
        DenseIndex(
          try FaissIndex.open(path: folder + "/" + space.indexFileName, expectedDimension: embedder.dimension))
      }
      return DenseChannel(
        name: space.channel, threads: threads, probes: probes,
        encode: { try await EncodedQuery(of: $0, by: embedder, for: space.channel) },
        index: { body in try await body(index) })
    }
  }
}

extension CollectionIndex.Part {
  /// The learned sparse channel.
  public static func splade(encoder: any SparseEncoder) -> Self {
    Self(builder: SpladeArtifactBuilder(encoder: encoder)) { folder, threads in
      let index = try await threads.run {
        try SpladeIndex.open(
          path: folder + "/" + SpladeArtifactBuilder.indexFileName, expectedVocabulary: encoder.vocabularyCount)
      }
      return SpladeChannel(
        threads: threads,
        encode: { try await SpladeChannel.question($0, by: encoder) },
        index: { body in try await body(index) })
    }
  }
}
