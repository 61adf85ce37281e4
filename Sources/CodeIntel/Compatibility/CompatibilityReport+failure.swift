public import Retrieval

extension CompatibilityReport {
  /// The error that the report amounts to; nil when all parts fit.
  ///
  /// ``RetrievalError`` for the first failed check, naming expected and actual: `rowCountMismatch`, `dimensionMismatch`,
  /// `modelMismatch`, `fusionSettings`, or the code of what an index could not be opened for.
  public var failure: RetrievalError? {
    guard let failed = checks.first(where: { $0.outcome == .failed }) else { return nil }
    // A check of a channel is called after it: `splade-model`.
    let prefix = failed.name.split(separator: "-").dropLast().joined(separator: "-")
    let channel = ["dense", "same"].contains(prefix) ? CellName.faiss : prefix
    let (code, message): (RetrievalError.Code, String) =
      switch failed.name {
      case let name where name.hasSuffix("-rows") || name.hasSuffix("-parts"):
        (
          .rowCountMismatch,
          "The index of \(channel) and the chunk store of generation \(generation) do not belong together: index the "
            + "tree again."
        )
      case let name where name.hasSuffix("-dimension"):
        (
          .dimensionMismatch,
          "The index of \(channel) was built with vectors of another length than the model "
            + "'\(checks.first { $0.name == "\(prefix)-model" }?.actual ?? "")' makes. Search with the model it was built "
            + "with, or index again."
        )
      case let name where name.hasSuffix("-model"):
        (
          .modelMismatch,
          "The index of \(channel) was built with another model, so its vectors cannot be compared with the question's. "
            + "Search with that model, or index again."
        )
      case let name where name.hasSuffix("-index"):
        (
          unopened[channel] ?? .indexCorrupt,
          "The index of \(channel) cannot be opened, so the channel answers nothing."
        )
      default: (.fusionSettings, "The fusion settings do not fit the channels of the index (\(failed.name)).")
      }
    return RetrievalError(code, message, expected: failed.expected, actual: failed.actual)
  }
}
