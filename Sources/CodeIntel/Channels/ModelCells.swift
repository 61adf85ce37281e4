import CellContract
import Embedding
import Retrieval
import RuntimeCells

/// The cells of the models, which outlive every generation.
struct ModelCells: Sendable {
  /// The embedder of the primary dense space.
  let embedder: RuntimeCell<any Embedder>
  /// The embedder of the second dense space: the first one unless the settings name a model of its own.
  let codeRank: RuntimeCell<any Embedder>
  /// The model of the learned sparse channel.
  let spladeEncoder: RuntimeCell<any SparseEncoder>

  /// Each cell once, in the order of registration.
  var all: [any ManagedCell] {
    let own: [any ManagedCell] = codeRank === embedder ? [] : [codeRank]
    return [embedder] + own + [spladeEncoder]
  }

  init(_ settings: Settings, _ factories: ContextFactories, _ cells: CellConfiguration) {
    var cells = cells
    let isRetryable = cells.isRetryable
    // Another model that does not fit the index would not fit at the next attempt either.
    cells.isRetryable = { !($0 is RetrievalError) && isRetryable($0) }
    let embedder = RuntimeCell<any Embedder>(name: CellName.embedder, configuration: cells) {
      try await factories.embedder(settings)
    }
    self.embedder = embedder
    spladeEncoder = RuntimeCell<any SparseEncoder>(name: CellName.spladeEncoder, configuration: cells) {
      try await factories.spladeEncoder(settings)
    }
    codeRank =
      settings.channels.codeRankModelFolder == nil
      ? embedder
      : RuntimeCell<any Embedder>(name: CellName.codeRankEmbedder, configuration: cells) {
        try await factories.codeRankEmbedder(settings)
      }
  }
}
