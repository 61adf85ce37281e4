import CellContract
import Embedding
import Indexing
import ProblemDetails
import Retrieval
import RuntimeCells

extension ChannelRow {
  /// A dense space: which text is embedded, by which model, opened by which factory.
  static func dense(
    _ space: DenseSpace, cell name: String, model: @escaping @Sendable (ModelCells) -> RuntimeCell<any Embedder>,
    factory: @escaping @Sendable (ContextFactories) -> @Sendable (Generation, DenseIndexSettings) throws -> DenseIndex
  ) -> ChannelRow {
    ChannelRow(
      name: name, cells: [name], isPermanent: name == CellName.faiss,
      builder: { context in
        DenseArtifactBuilder(
          embedder: try await CellEmbedder(model(context.models)), space: space, kind: context.settings.dense.kind,
          merging: context.settings.dense.merging)
      },
      merger: DenseArtifactMerger(space: space),
      mount: { site in
        let (open, settings) = (factory(site.factories), site.parts.dense)
        let (generation, accelerator) = (site.generation, site.parts.accelerator)
        let embedder = model(site.models)
        let indexModel = generation.manifest.artifact(name)?.model?.id
        let wait = embedder === site.models.embedder ? site.parts.modelWait : nil
        let index = RuntimeCell<DenseRuntime>(name: name, configuration: site.cells.ofGeneration(name)) {
          DenseRuntime(try open(generation, settings), settings: settings, limits: accelerator())
        }
        let channel = DenseChannel(
          name: name, threads: site.threads, probes: settings.probes,
          encode: { try await QueryEncoder(embedder: embedder, channel: name, indexModel: indexModel).encode($0) },
          index: { body in try await index.withValue { try await body($0.index) } })
        return MountedChannel(
          channel: channel, cells: [index],
          estimatedBytes: estimatedBytes(generation.manifest.artifact(name), settings: settings),
          open: { try await index.withValue { _ in } },
          facts: { try await facts(name, index: index, embedder: embedder, wait: wait, model: indexModel) },
          factsWith: { candidate in
            guard case .embedder(let candidate, embedder.name) = candidate else { return nil }
            var facts = try await indexFacts(name, index, model: indexModel)
            facts.model = (candidate.modelID, candidate.dimension)
            return facts
          })
      },
      evaluation: { context in
        let embedder = try await CellEmbedder(model(context.models))
        let dense = context.settings.dense
        return .dense(space, embedder: embedder, kind: dense.kind, probes: dense.probes)
      })
  }

  /// What a dense index takes in memory, by what the manifest says of it.
  static func estimatedBytes(_ record: ArtifactRecord?, settings: DenseIndexSettings) -> UInt64? {
    record.flatMap { DenseIndex.estimatedBytes($0, isMapped: settings.isMapped, scansInt8: settings.scansInt8) }
      .map { UInt64(clamping: $0) }
  }

  private static func facts(
    _ name: String, index: RuntimeCell<DenseRuntime>, embedder: RuntimeCell<any Embedder>,
    wait: Duration?, model: String?
  ) async throws -> ChannelFacts {
    var facts = try await indexFacts(name, index, model: model)
    do {
      facts.model = try await embedder.withValue(deadline: wait) { ($0.modelID, $0.dimension) }
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      facts.modelProblem = ProblemDetails(describing: error, unwrapping: true).detail
    }
    return facts
  }

  /// What the index alone says.
  private static func indexFacts(
    _ name: String, _ index: RuntimeCell<DenseRuntime>, model: String?
  ) async throws -> ChannelFacts {
    try await index.withValue { runtime in
      let index = runtime.index
      return ChannelFacts(
        channel: name, rows: index.count,
        parts: index.isInParts ? (index.count - index.freshCount, index.deadCount, index.freshCount) : nil,
        dimension: index.dimension, indexModel: model)
    }
  }
}
