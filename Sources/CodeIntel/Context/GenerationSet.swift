public import CellContract
import Embedding
public import Indexing
import ProblemDetails
public import Retrieval
import RuntimeCells

/// One index generation, whole: its chunk store and channels in cells of their own, and the pipeline over them.
///
/// It is the payload of the cell `hybrid`. A query leases the set once, so all it reads belongs to one generation (design
/// decision D19); closing the set closes its cells, readers first.
public final class GenerationSet: AsyncCloseable {
  /// The generation, with its manifest.
  public let generation: Generation
  private let chunks: RuntimeCell<ChunkStore>
  private let faiss: RuntimeCell<FaissIndex>
  private let pipeline: HybridPipeline
  private let searchSet: SearchSet

  /// Opens everything of a generation, so that the first query is as fast as the tenth.
  ///
  /// - Parameter isValidated: whether parts that do not fit together are refused.
  /// - Throws: what the factories throw, wrapped in ``CellError``; ``RetrievalError`` when the parts do not fit together.
  ///   What was opened is closed again then.
  static func open(
    _ generation: Generation, factories: ContextFactories, pipeline: HybridPipeline,
    embedder: RuntimeCell<any Embedder>, threads: DedicatedThreads, isValidated: Bool = true
  ) async throws -> GenerationSet {
    let set = GenerationSet(generation, factories, pipeline, embedder, threads)
    guard isValidated else { return set }
    do {
      try await set.compatibility(with: embedder).validate()
    } catch {
      // The validation's error is the one to tell; a failing close would only say the same files are broken.
      try? await set.close()
      throw error
    }
    return set
  }

  private init(
    _ generation: Generation, _ factories: ContextFactories, _ pipeline: HybridPipeline,
    _ embedder: RuntimeCell<any Embedder>, _ threads: DedicatedThreads
  ) {
    self.generation = generation
    self.pipeline = pipeline
    let chunks = RuntimeCell<ChunkStore>(name: CellName.chunks, disposer: .blocking { try $0.close() }) {
      try factories.chunks(generation)
    }
    let faiss = RuntimeCell<FaissIndex>(name: CellName.faiss) { try factories.faiss(generation) }
    self.chunks = chunks
    self.faiss = faiss
    let dense = DenseChannel(
      name: CellName.faiss, threads: threads, encode: { try await QueryEncoder(embedder: embedder).encode($0) },
      index: { body in try await faiss.withValue { try await body($0) } })
    let keywords = BM25Channel { text, limit in
      try await chunks.withValue { store in
        try await store.bm25(query: text, limit: limit).map { ChannelHit(row: $0.row, score: $0.score) }
      }
    }
    searchSet = SearchSet(generation: Int(generation.number), channels: [dense, keywords]) { rows in
      try await chunks.withValue { try await $0.chunks(rows: rows) }
    }
  }

  /// Answers one request from this generation.
  public func search(_ request: SearchRequest) async throws -> SearchResponse {
    try await pipeline.search(request, in: searchSet)
  }

  /// Calls `body` with the dense index, which is opened first if need be.
  func withDenseIndex<R>(_ body: (FaissIndex) async throws -> R) async throws -> R {
    try await faiss.withValue { try await body($0) }
  }

  /// The set's own cells as they are now.
  public func snapshot() -> [CellSnapshot] { [faiss.snapshot(), chunks.snapshot()] }

  /// Closes the set's cells: those that read first, what they read last.
  ///
  /// - Throws: the first error; the other cells are closed all the same.
  public func close() async throws {
    let index: Result<CellCloseOutcome, any Error>
    do { index = .success(try await faiss.shutDown(silent: false)) } catch { index = .failure(error) }
    _ = try await chunks.shutDown(silent: false)
    _ = try index.get()
  }

  /// What there is to compare between this generation, the embedder and the settings. Opens what is not open yet.
  ///
  /// - Throws: ``CellError`` around what a factory threw; `CancellationError`.
  func compatibility(with embedder: RuntimeCell<any Embedder>) async throws -> Compatibility {
    let rows = try await chunks.withValue { $0.count }
    let (count, dimension) = try await faiss.withValue { ($0.count, $0.dimension) }
    var facts = Compatibility(
      generation: Int(generation.number), chunks: rows, vectors: count, vectorDimension: dimension,
      indexModel: generation.manifest.artifact(CellName.faiss)?.model?.id, channels: searchSet.channels.map(\.name),
      fusion: pipeline.settings)
    do {
      facts.embedder = try await embedder.withValue { ($0.modelID, $0.dimension) }
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      facts.embedderProblem = ProblemDetails(describing: error, unwrapping: true).detail
    }
    return facts
  }
}
