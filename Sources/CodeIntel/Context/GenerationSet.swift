public import CellContract
import Embedding
public import Indexing
import ProblemDetails
public import Retrieval
import RuntimeCells
import Synchronization

/// One index generation, whole: its chunk store and channels in cells of their own, and the pipeline over them.
///
/// It is the payload of the cell `hybrid`. A query leases the set once, so all it reads belongs to one generation (design
/// decision D19); closing the set closes its cells, readers first.
public final class GenerationSet: AsyncCloseable, LimitReporting {
  /// The generation, with its manifest.
  public let generation: Generation
  private let chunks: RuntimeCell<ChunkStore>
  private let mounted: [MountedChannel]
  private let pipeline: HybridPipeline
  private let searchSet: SearchSet
  /// Channels that must work, beside those that every generation has.
  private let required: Set<String>
  /// What the comparison at the opening could not look at.
  private let openingLimits = Mutex<[String]>([])

  /// Opens everything of a generation, so that the first query is as fast as the tenth.
  ///
  /// - Parameters:
  ///   - parts: what the context lends.
  ///   - isValidated: whether parts that do not fit together are refused.
  /// - Throws: what the factories throw, wrapped in ``CellError``; ``RetrievalError`` when the parts do not fit together.
  ///   What was opened is closed again then.
  static func open(
    _ generation: Generation, parts: GenerationParts, isValidated: Bool = true
  ) async throws -> GenerationSet {
    let set = GenerationSet(generation, parts)
    guard isValidated else { return set }
    do {
      let compatibility = try await set.compatibility()
      try compatibility.validate()
      set.openingLimits.withLock { $0 = compatibility.report.limits.map { "when it was opened: \($0)" } }
    } catch {
      // The validation's error is the one to tell; a failing close would only say the same files are broken.
      try? await set.close()
      throw error
    }
    return set
  }

  private init(_ generation: Generation, _ parts: GenerationParts) {
    self.generation = generation
    required = parts.required
    pipeline = parts.pipeline
    let factories = parts.factories
    let chunks = RuntimeCell<ChunkStore>(
      name: CellName.chunks, configuration: parts.cells.ofGeneration(CellName.chunks),
      disposer: .blocking { try $0.close() }
    ) { try factories.chunks(generation) }
    self.chunks = chunks
    let site = ChannelSite(generation: generation, parts: parts, chunks: chunks)
    let rows = ChannelRow.all.filter { $0.isPresent(in: generation.manifest) }
    mounted = rows.map { $0.mount(site) }
    let absent = ChannelRow.all.filter { row in !rows.contains { $0.name == row.name } }.map(\.name)
    let missing = absent.map { ($0, ChannelRow.absentReason) }
    searchSet = SearchSet(
      generation: Int(generation.number), channels: mounted.map(\.channel),
      missing: Dictionary(missing) { first, _ in first },
      select: { filter in try await chunks.withValue { try await RowSelection(filter, in: $0) } }
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
  func withDenseIndex<R>(_ body: (DenseRuntime) async throws -> R) async throws -> R {
    guard let index = mounted.flatMap(\.cells).first(where: { $0.name == CellName.faiss }) as? RuntimeCell<DenseRuntime>
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

  /// What could not be compared when the set was opened, and what each of its cells says now.
  public var limits: [String] { limits(of: snapshot()) }

  /// The same, from what the cells said already.
  func limits(of rows: [CellSnapshot]) -> [String] {
    openingLimits.withLock { $0 } + rows.flatMap { row in row.limits.map { "\(row.name): \($0)" } }
  }

  /// What payloads of the set's cells take in memory, in bytes by cell, where the manifest says enough.
  var estimatedBytes: [String: UInt64] {
    Dictionary(mounted.compactMap { part in part.estimatedBytes.map { (part.channel.name, $0) } }) { first, _ in first }
  }

  /// The set's own cells as they are now. A channel's first cell says so when it is ready and one that it needs is broken.
  public func snapshot() -> [CellSnapshot] {
    let rows = mounted.flatMap { part in
      var rows = part.cells.map { $0.snapshot() }
      if let broken = rows.dropFirst().first(where: { $0.initState != .ready && $0.lastError != nil }),
        rows[0].initState == .ready
      {
        rows[0].limits.append("cannot answer: \(broken.name) is \(broken.initState.rawValue) and failed last time")
      }
      return rows
    }
    return rows + [chunks.snapshot()]
  }

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
  /// A channel that not every generation has may be broken, unless the settings require it: that is a limit.
  ///
  /// - Throws: ``CellError`` around what a factory threw; `CancellationError`.
  func compatibility() async throws -> Compatibility { try await compatibility { try await $0.facts?() } }

  /// The same for a model that is to serve: with the channels that it would encode questions for.
  func compatibility(with model: CandidateModel) async throws -> Compatibility {
    try await compatibility { try await $0.factsWith?(model) }
  }

  private func compatibility(
    _ facts: (_ part: MountedChannel) async throws -> ChannelFacts?
  ) async throws -> Compatibility {
    var result = Compatibility(
      generation: Int(generation.number), chunks: try await chunks.withValue { $0.count }, channels: channelNames,
      fusion: pipeline.settings)
    for part in mounted {
      do {
        if let facts = try await facts(part) { result.facts.append(facts) }
      } catch is CancellationError {
        throw CancellationError()
      } catch {
        let name = part.channel.name
        guard ChannelRow.named(name)?.isPermanent == false, !required.contains(name) else { throw error }
        let problem = ProblemDetails(describing: error, unwrapping: true)
        let code = problem.extensions["code"]?.stringValue.map { RetrievalError.Code(rawValue: $0) }
        result.broken.append((name, code ?? .indexCorrupt, problem.detail ?? "\(error)"))
      }
    }
    return result
  }

  /// Makes the set as fast as it gets: opens what `channel` needs of its own, then answers one question, so that the first
  /// one of a user finds pages touched and scratch memory made.
  ///
  /// - Parameter channel: a channel that must be able to answer; nil asks all and needs none.
  /// - Throws: what keeps that channel from answering; as ``search(_:)``, which leaves broken channels out.
  func warmUp(_ channel: String? = nil) async throws {
    try await mounted.first { $0.channel.name == channel }?.open?()
    let question = ApplicationContext.warmUpQuestion
    _ = try await search(SearchRequest(query: question, limit: 10, channels: Set(channelNames)))
  }
}
