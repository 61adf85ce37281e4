import Retrieval

/// What a failed check amounts to: the code and the text of its error, without what was expected and found.
struct CompatibilityRefusal: Sendable, Hashable {
  let code: RetrievalError.Code
  let message: String

  /// A channel's rows are not those of the chunk store.
  static func rows(of channel: String, generation: Int) -> Self {
    .init(
      code: .rowCountMismatch,
      message:
        "The index of \(channel) and the chunk store of generation \(generation) do not belong together: index the "
        + "tree again.")
  }

  /// A channel's vectors are of another length than the model's.
  static func dimension(of channel: String, model: String) -> Self {
    .init(
      code: .dimensionMismatch,
      message:
        "The index of \(channel) was built with vectors of another length than the model '\(model)' makes. Search "
        + "with the model it was built with, or index again.")
  }

  /// A channel's vectors are another model's.
  static func model(of channel: String) -> Self {
    .init(
      code: .modelMismatch,
      message:
        "The index of \(channel) was built with another model, so its vectors cannot be compared with the question's. "
        + "Search with that model, or index again.")
  }

  /// A channel's index cannot be opened, for the reason that `code` says.
  static func unopened(_ channel: String, code: RetrievalError.Code) -> Self {
    .init(code: code, message: "The index of \(channel) cannot be opened, so the channel answers nothing.")
  }

  /// Numbers of fusion that fit nothing.
  static func fusion(_ setting: String) -> Self {
    .init(
      code: .fusionSettings, message: "The fusion settings do not fit the channels of the index (\(setting)).")
  }
}
