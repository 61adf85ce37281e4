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
  /// The model of the late-interaction channel: the first embedder, or one of this process where that is a server.
  let tokens: RuntimeCell<any Embedder>
  /// The model of the learned sparse channel.
  let spladeEncoder: RuntimeCell<any SparseEncoder>

  /// Each cell once, in the order of registration.
  var all: [any ManagedCell] {
    let own: [any ManagedCell] = [codeRank, tokens].filter { $0 !== embedder }
    return [embedder] + own + [spladeEncoder]
  }

  /// What keeps a model from its best now, by its cell's name; nil while there is none, or it says nothing of itself.
  func limits(of cell: String) -> [String]? {
    guard let cell = [embedder, codeRank, tokens].first(where: { $0.name == cell }) else { return nil }
    let limits: [String]?? = cell.withValueIfReady { ($0 as? any LimitReporting)?.limits }
    return limits ?? nil
  }

  init(_ settings: Settings, _ factories: ContextFactories, _ cells: EngineCells) {
    func configuration(_ name: String) -> CellConfiguration {
      var own = cells.ofContext(name)
      let isRetryable = own.isRetryable
      // Another model that does not fit the index would not fit at the next attempt either.
      own.isRetryable = { !($0 is RetrievalError) && isRetryable($0) }
      return own
    }
    let embedder = RuntimeCell<any Embedder>(name: CellName.embedder, configuration: configuration(CellName.embedder)) {
      try await factories.embedder(settings)
    }
    self.embedder = embedder
    tokens =
      settings.embedder.transport == .inProcess
      ? embedder
      : RuntimeCell<any Embedder>(
        name: CellName.tokenEncoder, configuration: configuration(CellName.tokenEncoder)
      ) { try await factories.tokenEmbedder(settings) }
    spladeEncoder = RuntimeCell<any SparseEncoder>(
      name: CellName.spladeEncoder, configuration: configuration(CellName.spladeEncoder)
    ) {
      try await factories.spladeEncoder(settings)
    }
    codeRank =
      settings.channels.codeRankModelFolder == nil
      ? embedder
      : RuntimeCell<any Embedder>(
        name: CellName.codeRankEmbedder, configuration: configuration(CellName.codeRankEmbedder)
      ) {
        try await factories.codeRankEmbedder(settings)
      }
  }
}
