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
    factory: @escaping @Sendable (ContextFactories) -> @Sendable (Generation) throws -> DenseIndex
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
        let open = factory(site.factories)
        let generation = site.generation
        let embedder = model(site.models)
        let index = RuntimeCell<DenseIndex>(name: name) { try open(generation) }
        let channel = DenseChannel(
          name: name, threads: site.threads,
          encode: { try await QueryEncoder(embedder: embedder, channel: name).encode($0) },
          index: { body in try await index.withValue { try await body($0) } })
        return MountedChannel(channel: channel, cells: [index]) {
          try await facts(name, index: index, embedder: embedder, model: generation.manifest.artifact(name)?.model?.id)
        }
      },
      evaluation: { context in
        let embedder = try await CellEmbedder(model(context.models))
        return .dense(space, embedder: embedder)
      })
  }

  private static func facts(
    _ name: String, index: RuntimeCell<DenseIndex>, embedder: RuntimeCell<any Embedder>, model: String?
  ) async throws -> ChannelFacts {
    var facts = try await index.withValue { index in
      ChannelFacts(
        channel: name, rows: index.count,
        parts: index.isInParts ? (index.count - index.freshCount, index.deadCount, index.freshCount) : nil,
        dimension: index.dimension, indexModel: model)
    }
    do {
      facts.model = try await embedder.withValue { ($0.modelID, $0.dimension) }
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      facts.modelProblem = ProblemDetails(describing: error, unwrapping: true).detail
    }
    return facts
  }
}
