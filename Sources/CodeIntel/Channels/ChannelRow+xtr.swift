import CellContract
import Embedding
import Indexing
import ProblemDetails
import Retrieval
import RuntimeCells

extension ChannelRow {
  /// Token vectors, for late interaction.
  static let xtr = ChannelRow(
    name: CellName.xtr, cells: [CellName.xtr, CellName.xtrRuntime, CellName.tokenEncoder],
    builder: { context in
      TokenArtifactBuilder(
        encoder: try await CellTokenEncoder(context.models.tokens), element: context.settings.channels.tokenElement)
    },
    mount: { site in
      let (open, generation) = (site.factories.xtr, site.generation)
      let inner = RuntimeCell<XTRIndex>(
        name: CellName.xtrRuntime, configuration: site.cells.ofGeneration(CellName.xtrRuntime)
      ) { try open(generation) }
      // Without I/O: the file is opened by whoever asks the runtime for it.
      let outer = RuntimeCell<XTRRuntime>(
        name: CellName.xtr, configuration: site.cells.ofGeneration(CellName.xtr),
        disposer: .async { try await $0.close() }
      ) { XTRRuntime(inner: inner) }
      let tokenModel = site.models.tokens.name
      let cells = XTRCells(runtime: outer, embedder: site.models.tokens)
      let record = generation.manifest.artifact(CellName.xtr)
      return MountedChannel(
        channel: XTRChannel(resources: cells, threads: site.threads), cells: [outer, inner],
        open: { try await cells.withIndex { _ in } }, facts: { try await facts(cells, record: record) },
        factsWith: { candidate in
          guard case .embedder(let candidate, tokenModel) = candidate else { return nil }
          var facts = try await indexFacts(cells, record: record)
          facts.model = candidate.tokenEncoder.map { ($0.modelID, $0.dimension) }
          return facts
        })
    },
    evaluation: { context in
      .xtr(
        encoder: try await CellTokenEncoder(context.models.tokens), element: context.settings.channels.tokenElement)
    })

  /// Opens the index and the model. An index of another model is closed again at once.
  private static func facts(_ cells: XTRCells, record: ArtifactRecord?) async throws -> ChannelFacts {
    let metadata = try await cells.withIndex { $0.metadata }
    var facts = try await indexFacts(cells, record: record)
    do {
      facts.model = try await cells.withEncoder { ($0.modelID, $0.dimension) }
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      facts.modelProblem = ProblemDetails(describing: error, unwrapping: true).detail
    }
    if let model = facts.model, model.id != metadata.modelID || model.dimension != metadata.dimension {
      try await cells.runtime.withValue { try await $0.close() }
    }
    return facts
  }

  /// What the index alone says.
  private static func indexFacts(_ cells: XTRCells, record: ArtifactRecord?) async throws -> ChannelFacts {
    let metadata = try await cells.withIndex { $0.metadata }
    return ChannelFacts(
      channel: CellName.xtr, rows: metadata.documents, dimension: metadata.dimension, indexModel: record?.model?.id)
  }
}

/// The late-interaction channel's cells of one generation.
struct XTRCells: XTRResources {
  let runtime: RuntimeCell<XTRRuntime>
  let embedder: RuntimeCell<any Embedder>

  func withIndex<R: Sendable>(_ body: @Sendable (XTRIndex) async throws -> R) async throws -> R {
    try await runtime.withValue { try await $0.withIndex(body) }
  }

  func withEncoder<R: Sendable>(_ body: @Sendable (any TokenEncoder) async throws -> R) async throws -> R {
    try await CellTokenEncoder.lend(embedder, body)
  }
}
