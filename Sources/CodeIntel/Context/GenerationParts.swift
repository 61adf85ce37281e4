import Retrieval
import RuntimeCells

/// What a context lends to each generation that it opens.
struct GenerationParts: Sendable {
  /// How long a server is waited for.
  static let serverWait: Duration = .seconds(2)

  let factories: ContextFactories
  let pipeline: HybridPipeline
  let models: ModelCells
  /// Where searches compute.
  let threads: DedicatedThreads
  /// How the generation's cells behave.
  let cells: EngineCells
  /// Channels that must work where the generation has them, beside those that every generation has; others may be broken.
  let required: Set<String>
  /// How long the opening of a generation waits for a model on a server; nil waits as long as it takes. What was not there
  /// by then is compared when a question comes.
  let modelWait: Duration?
  /// What the engine computes on, as limits; asked whenever an index is opened.
  let accelerator: @Sendable () -> [String]
}
