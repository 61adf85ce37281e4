import Retrieval
import RuntimeCells

/// What a context lends to each generation that it opens.
struct GenerationParts: Sendable {
  let factories: ContextFactories
  let pipeline: HybridPipeline
  let models: ModelCells
  /// Where searches compute.
  let threads: DedicatedThreads
  /// How the generation's cells behave.
  let cells: EngineCells
  /// What the engine computes on, as limits; asked whenever an index is opened.
  let accelerator: @Sendable () -> [String]
}
