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
  private let mounted: [MountedChannel]
  private let pipeline: HybridPipeline
  private let searchSet: SearchSet

  /// Opens everything of a generation, so that the first query is as fast as the tenth.
  ///
  /// - Parameter isValidated: whether parts that do not fit together are refused.
  /// - Throws: what the factories throw, wrapped in ``CellError``; ``RetrievalError`` when the parts do not fit together.
  ///   What was opened is closed again then.
  static func open(
    _ generation: Generation, factories: ContextFactories, pipeline: HybridPipeline,
    models: ModelCells, threads: DedicatedThreads, isValidated: Bool = true
  ) async throws -> GenerationSet {
    let set = GenerationSet(generation, factories, pipeline, models, threads)
    guard isValidated else { return set }
    do {
      try await set.compatibility().validate()
    } catch {
      // The validation's error is the one to tell; a failing close would only say the same files are broken.
      try? await set.close()
      throw error
    }
    return set
  }

  private init(
    _ generation: Generation, _ factories: ContextFactories, _ pipeline: HybridPipeline,
    _ models: ModelCells, _ threads: DedicatedThreads
  ) {
    self.generation = generation
    self.pipeline = pipeline
    let chunks = RuntimeCell<ChunkStore>(name: CellName.chunks, disposer: .blocking { try $0.close() }) {
      try factories.chunks(generation)
    }
    self.chunks = chunks
    let site = ChannelSite(
      generation: generation, factories: factories, models: models, chunks: chunks, threads: threads)
    let rows = ChannelRow.all.filter { $0.isPresent(in: generation.manifest) }
    mounted = rows.map { $0.mount(site) }
    let absent = ChannelRow.all.filter { row in !rows.contains { $0.name == row.name } }.map(\.name)
    let missing = absent.map { ($0, ChannelRow.absentReason) }
    searchSet = SearchSet(
      generation: Int(generation.number), channels: mounted.map(\.channel),
      missing: Dictionary(missing) { first, _ in first }
    ) { rows in
      try await chunks.withValue { try await $0.chunks(rows: rows) }
    }
  }

  /// The names of the channels that this generation has.
  var channelNames: [String] { mounted.map(\.channel.name) }

  /// Answers one request from this generation.
  public func search(_ request: SearchRequest) async throws -> SearchResponse {
    try await pipeline.search(request, in: searchSet)
  }

  /// Calls `body` with the dense index, which is opened first if need be.
  func withDenseIndex<R>(_ body: (DenseIndex) async throws -> R) async throws -> R {
    guard let index = mounted.flatMap(\.cells).first(where: { $0.name == CellName.faiss }) as? RuntimeCell<DenseIndex>
    else {
      throw CellError(.unknownCell, cell: CellName.faiss, message: "The generation has no dense index.")
    }
    return try await index.withValue { try await body($0) }
  }

  /// Calls `body` with the token index, which is opened first if need be.
  func withTokenIndex<R: Sendable>(_ body: @Sendable (XTRIndex) async throws -> R) async throws -> R {
    let cells = mounted.flatMap(\.cells)
    guard let cell = cells.first(where: { $0.name == CellName.xtr }) as? RuntimeCell<XTRRuntime> else {
      throw CellError(.unknownCell, cell: CellName.xtr, message: "The generation has no token index.")
    }
    return try await cell.withValue { try await $0.withIndex(body) }
  }

  /// The set's own cells as they are now.
  public func snapshot() -> [CellSnapshot] { mounted.flatMap(\.cells).map { $0.snapshot() } + [chunks.snapshot()] }

  /// Closes the set's cells: those that read first, what they read last.
  ///
  /// - Throws: the first error; the other cells are closed all the same.
  public func close() async throws {
    var failure: (any Error)?
    for cell in mounted.flatMap(\.cells) + [chunks] {
      do { _ = try await cell.shutDown(deadline: .seconds(30), silent: false) } catch { failure = failure ?? error }
    }
    if let failure { throw failure }
  }

  /// What there is to compare between this generation, the models and the settings. Opens what is not open yet.
  ///
  /// A channel that not every generation has may be broken: that is a limit.
  ///
  /// - Throws: ``CellError`` around what a factory threw; `CancellationError`.
  func compatibility() async throws -> Compatibility {
    var result = Compatibility(
      generation: Int(generation.number), chunks: try await chunks.withValue { $0.count }, channels: channelNames,
      fusion: pipeline.settings)
    for part in mounted {
      guard let facts = part.facts else { continue }
      do {
        result.facts.append(try await facts())
      } catch is CancellationError {
        throw CancellationError()
      } catch {
        let name = part.channel.name
        guard ChannelRow.named(name)?.isPermanent == false else { throw error }
        result.broken.append("\(name): \(ProblemDetails(describing: error, unwrapping: true).detail ?? "\(error)")")
      }
    }
    return result
  }
}
