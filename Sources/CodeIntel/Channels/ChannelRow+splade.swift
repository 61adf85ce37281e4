import CellContract
import Embedding
import Foundation
import Indexing
import ProblemDetails
import Retrieval
import RuntimeCells

extension ChannelRow {
  /// Learned sparse vectors in an inverted index.
  static let splade = ChannelRow(
    name: CellName.splade, cells: [CellName.splade, CellName.spladeEncoder],
    isAutomatic: { settings in
      settings.search.weights[CellName.splade, default: 0] > 0
        && FileManager.default.fileExists(atPath: settings.channels.spladeModelFolder + "/model.safetensors")
    },
    builder: { context in
      SpladeArtifactBuilder(encoder: try await CellSparseEncoder(context.models.spladeEncoder))
    },
    mount: { site in
      let (open, generation, encoder) = (site.factories.splade, site.generation, site.models.spladeEncoder)
      let built = generation.manifest.artifact(CellName.splade)?.model?.id
      let cells = site.cells.ofGeneration(CellName.splade)
      let index = RuntimeCell<SpladeIndex>(name: CellName.splade, configuration: cells) { try open(generation) }
      let channel = SpladeChannel(
        threads: site.threads, encode: { try await question($0, encoder) },
        index: { body in try await index.withValue { try await body($0) } })
      return MountedChannel(
        channel: channel, cells: [index],
        open: {
          try await index.withValue { _ in }
          try await encoder.withValue { _ in }
        },
        facts: { try await facts(index, encoder, model: built) },
        factsWith: { candidate in
          guard case .sparse(let candidate) = candidate else { return nil }
          var facts = try await indexFacts(index, model: built)
          facts.model = (candidate.modelID, candidate.vocabularyCount)
          return facts
        })
    },
    evaluation: { context in .splade(encoder: try await CellSparseEncoder(context.models.spladeEncoder)) })

  /// - Throws: what the model's loading threw, without the cell around it: it becomes a limit that people read.
  private static func question(
    _ text: String, _ encoder: RuntimeCell<any SparseEncoder>
  ) async throws -> (vector: SparseVector, limits: [String]) {
    do {
      return try await encoder.withValue { try await SpladeChannel.question(text, by: $0) }
    } catch let error as CellError where error.code == .initializationFailed {
      throw error.underlying ?? error
    }
  }

  private static func facts(
    _ index: RuntimeCell<SpladeIndex>, _ encoder: RuntimeCell<any SparseEncoder>, model: String?
  ) async throws -> ChannelFacts {
    var facts = try await indexFacts(index, model: model)
    do {
      facts.model = try await encoder.withValue { ($0.modelID, $0.vocabularyCount) }
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      facts.modelProblem = ProblemDetails(describing: error, unwrapping: true).detail
    }
    return facts
  }

  /// What the index alone says.
  private static func indexFacts(_ index: RuntimeCell<SpladeIndex>, model: String?) async throws -> ChannelFacts {
    let (rows, terms) = try await index.withValue { ($0.count, $0.vocabularyCount) }
    return ChannelFacts(channel: CellName.splade, rows: rows, dimension: terms, indexModel: model)
  }
}
