import Embedding
import Indexing
import Retrieval

/// What is compared: facts about the parts of an engine, gathered from the opened artifacts.
struct Compatibility: Sendable {
  /// The generation's number.
  var generation: Int
  /// Rows of the chunk database.
  var chunks: Int
  /// Vectors of the dense index.
  var vectors: Int
  /// Their length.
  var vectorDimension: Int
  /// The model that the manifest says they were made with.
  var indexModel: String?
  /// The embedder that encodes questions; nil when it cannot be had.
  var embedder: (modelID: String, dimension: Int)?
  /// Why the embedder cannot be had.
  var embedderProblem: String?
  /// The channels of the generation.
  var channels: [String]
  /// The numbers of fusion.
  var fusion: FusionSettings

  /// Every check. An embedder that cannot be loaded is no mismatch: keyword search still works, and the dense channel
  /// reports the reason as a limit of every answer.
  var report: CompatibilityReport {
    var report = CompatibilityReport(checks: [], limits: [], generation: generation)
    func add(_ name: String, _ holds: Bool?, expected: String, actual: String) {
      let outcome: CompatibilityReport.Outcome = holds.map { $0 ? .passed : .failed } ?? .skipped
      report.checks.append(.init(name: name, outcome: outcome, expected: expected, actual: actual))
    }
    add(
      "same-rows", chunks == vectors, expected: "\(chunks) rows (chunk store)",
      actual: "\(vectors) vectors (dense index)")
    add(
      "dense-dimension", embedder.map { $0.dimension == vectorDimension }, expected: "\(vectorDimension) (index)",
      actual: embedder.map { "\($0.dimension) (model)" } ?? "no model")
    add(
      "dense-model", indexModel.flatMap { built in embedder.map { $0.modelID == built } },
      expected: indexModel ?? "not recorded", actual: embedder?.modelID ?? "no model")
    add("rrf-constant", fusion.k > 0, expected: "> 0", actual: "\(fusion.k)")
    let weights = channels.map { "\($0) \(fusion.weight(of: $0))" }.joined(separator: ", ")
    add(
      "channel-weights",
      channels.allSatisfy { fusion.weight(of: $0) >= 0 } && channels.contains { fusion.weight(of: $0) > 0 },
      expected: "each 0 or more, one above 0", actual: weights)
    let page = SearchRequest(query: "").limit
    add("fusion-window", fusion.window >= page, expected: ">= \(page) (one page)", actual: "\(fusion.window)")
    for name in CellName.notBuilt {
      add(name, nil, expected: "its metadata's dimension and type", actual: ApplicationContext.notBuiltReason)
    }
    if let embedderProblem { report.limits.append("vllm: \(embedderProblem)") }
    if indexModel == nil { report.limits.append("faiss: the manifest does not say which model made the vectors") }
    return report
  }

  /// Refuses parts that do not fit.
  ///
  /// - Throws: ``RetrievalError`` with `rowCountMismatch`, `dimensionMismatch`, `modelMismatch` or `fusionSettings` for the
  ///   first failed check, naming expected and actual.
  func validate() throws {
    guard let failed = report.checks.first(where: { $0.outcome == .failed }) else { return }
    let (code, message): (RetrievalError.Code, String) =
      switch failed.name {
      case "same-rows":
        (
          .rowCountMismatch,
          "The dense index and the chunk store of generation \(generation) do not belong together: index the tree again."
        )
      case "dense-dimension":
        (
          .dimensionMismatch,
          "The index was built with vectors of another length than the model '\(embedder?.modelID ?? "")' makes. "
            + "Search with the model it was built with, or index again."
        )
      case "dense-model":
        (
          .modelMismatch,
          "The index was built with another model, so its vectors cannot be compared with the question's. "
            + "Search with that model, or index again."
        )
      default: (.fusionSettings, "The fusion settings do not fit the channels of the index (\(failed.name)).")
      }
    throw RetrievalError(code, message, expected: failed.expected, actual: failed.actual)
  }
}
