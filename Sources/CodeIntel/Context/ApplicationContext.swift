import CellContract
public import Embedding
public import Indexing
public import Retrieval
public import RuntimeCells

/// Everything one running engine holds: its settings, its cells, its threads. Made once, injected everywhere, closed once.
///
/// Nothing heavy exists until it is first asked for; each heavy thing is in a cell made by an injected factory.
public final class ApplicationContext: Sendable {
  /// The settings the context was made with.
  public let settings: Settings
  /// The registry of the context's own cells; a generation's cells belong to its ``GenerationSet``.
  public let registry: CellRegistry
  /// The embedding model.
  public let embedder: RuntimeCell<any Embedder>
  /// The index generation that is served.
  public let hybrid: RuntimeCell<GenerationSet>
  /// The cells of all models, that of ``embedder`` included.
  let models: ModelCells
  let searchThreads: DedicatedThreads
  /// Measures deadlines: the cells' own clock.
  let clock: CellClock
  /// Opens the generation that `CURRENT` names, apart from the one that is served, with its parts checked or not.
  let openCurrentGeneration: @Sendable (_ isValidated: Bool) async throws -> GenerationSet

  /// Makes a context; nothing is loaded yet.
  ///
  /// - Parameters:
  ///   - settings: where index and model are.
  ///   - factories: make the heavy things.
  ///   - cells: how the cells behave, those inside a generation too: who observes them, whose permits allow a reload.
  /// - Throws: ``RetrievalError`` when the fusion settings are unusable, ``CellError`` when two cells share a name.
  public init(
    settings: Settings, factories: ContextFactories = .live, cells: CellConfiguration = CellConfiguration()
  ) throws {
    self.settings = settings
    clock = cells.clock
    registry = CellRegistry()
    let threads = DedicatedThreads(name: "search", count: settings.computeThreads)
    searchThreads = threads
    let cells = EngineCells(shared: cells, gates: settings.search.gates)
    let models = ModelCells(settings, factories, cells)
    self.models = models
    embedder = models.embedder
    let pipeline = HybridPipeline(
      settings: try settings.search.fusion(method: settings.fusionMethod),
      channelBudget: settings.search.channelBudget, timer: cells.shared.clock)
    let parts = GenerationParts(
      factories: factories, pipeline: pipeline, models: models, threads: threads, cells: cells,
      required: settings.preload.required,
      modelWait: settings.embedder.transport == .inProcess ? nil : GenerationParts.serverWait,
      accelerator: { AcceleratorProbe.limits(isSkipped: settings.skipsAcceleratorProbe) })
    let openCurrentGeneration: @Sendable (Bool) async throws -> GenerationSet = { isValidated in
      let generation = try await threads.run { try factories.currentGeneration(settings) }
      return try await GenerationSet.open(generation, parts: parts, isValidated: isValidated)
    }
    self.openCurrentGeneration = openCurrentGeneration
    hybrid = RuntimeCell<GenerationSet>(name: CellName.hybrid, configuration: cells.ofContext(CellName.hybrid)) {
      try await openCurrentGeneration(true)
    }
    for cell in models.all { try registry.register(cell) }
    try registry.register(hybrid, dependsOn: models.all.map(\.name))
  }

  /// Answers one request from the generation that is served, opening it first if need be. The request's deadline counts
  /// from here, the opening included.
  ///
  /// - Throws: ``RetrievalError``, with `deadlineExceeded` also when the generation was not open in time; ``CellError``
  ///   around what a factory threw; `CancellationError`.
  public func search(_ request: SearchRequest) async throws -> SearchResponse {
    guard let deadline = request.deadline else { return try await hybrid.withValue { try await $0.search(request) } }
    let start = clock.now
    do {
      return try await hybrid.withValue(deadline: deadline) { set in
        var request = request
        request.deadline = deadline - (clock.now - start)
        return try await set.search(request)
      }
    } catch let error as CellError
      where error.cell == CellName.hybrid && [.deadlineExceeded, .warmingUp].contains(error.code)
    {
      throw RetrievalError(
        .deadlineExceeded, "The index was not open in time: allow more, or preload it.", underlying: error)
    }
  }

  /// Reads source trees and publishes a new generation, unless nothing has changed.
  ///
  /// The generation that is being served stays open and unchanged. Where the settings or the caller ask for it, a second
  /// generation follows in which the dense indexes are in one part again: readers get the changes at once and the graph
  /// when it is built.
  ///
  /// - Parameters:
  ///   - roots: folders to index.
  ///   - maximumFileBytes: larger files are skipped and counted.
  ///   - merges: whether a merge follows; nil as the settings say.
  ///   - progress: is told how far the work is.
  /// - Throws: ``IndexingError``; ``CellError`` around the embedder's error; `CancellationError`. An error of the merge
  ///   leaves the first generation served.
  public func index(
    roots: [String], maximumFileBytes: Int, merges: Bool? = nil, progress: any IndexProgress
  ) async throws -> IndexReport {
    var artifacts: [any ChannelArtifactBuilder] = []
    for row in ChannelRow.built(settings) {
      if let make = row.builder { artifacts.append(try await make(self)) }
    }
    var indexing = IndexSettings()
    indexing.walking.maximumFileBytes = maximumFileBytes
    let builder = IndexBuilder(
      store: GenerationStore(root: settings.indexPath), settings: indexing, artifacts: artifacts)
    let report = try await builder.run(roots: roots, progress: progress)
    guard merges ?? settings.dense.mergesAfterwards else { return report }
    let merger = IndexMerger(store: builder.store, mergers: ChannelRow.all.compactMap(\.merger))
    return try await merger.run(progress: progress, after: report) ?? report
  }

  /// Serves the generation that `CURRENT` names now, without a gap: it is opened and checked aside, published by one store,
  /// and the one served before is closed after its last query (design decision D19).
  ///
  /// Anything that goes wrong leaves the old generation serving.
  ///
  /// - Parameters:
  ///   - permit: from the authority in the context's cell configuration.
  ///   - deadline: how long to wait for the publish; nil waits as long as it takes.
  /// - Throws: ``CellError`` as ``RuntimeCell/swap(permit:options:steps:deadline:factory:)``; a generation that does not
  ///   fit is `swapFailed` around its ``RetrievalError`` or ``IndexingError``.
  @discardableResult
  public func reloadIndex(permit: SwapPermit, deadline: Duration? = .seconds(300)) async throws -> SwapResult {
    try await hybrid.swap(permit: permit, deadline: deadline)
  }

  /// Closes every cell in order, for ever, and ends the threads. May be repeated.
  ///
  /// - Parameter total: how long all of it may take; each cell may take 30 seconds of that. Nil sets no bound for all.
  /// - Throws: ``CellError`` with `closeIncomplete` that names each cell that could not be closed as asked.
  public func shutdown(within total: Duration? = nil) async throws {
    let result: Result<CellCloseReport, any Error>
    do {
      result = .success(try await registry.shutdown(silent: false, total: total))
    } catch { result = .failure(error) }
    searchThreads.stop()
    _ = try result.get()
  }
}
