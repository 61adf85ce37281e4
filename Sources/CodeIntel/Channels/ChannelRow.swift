import CellContract
import Embedding
import Indexing
import Retrieval
import RuntimeCells

/// One channel of the engine, whole: how its part of a generation is built, opened, asked, compared and evaluated.
///
/// A new channel is one row in ``all``, its cell factories in ``ContextFactories`` and its weight in the shipped fusion
/// settings; indexing, search, preload, status, validation and evaluation go through the rows.
struct ChannelRow: Sendable {
  /// The channel's name, which is that of its artifact and its main cell too.
  let name: String
  /// Cells of a generation and of the context that exist for this channel, in the order of the cells table.
  var cells: [String] = []
  /// Whether every generation has it; others may lack it, which is a limit.
  var isPermanent = false
  /// Whether `codeintel index` builds it when the settings name no channels.
  var isAutomatic: @Sendable (Settings) -> Bool = { _ in false }
  /// Makes the builder of its artifact; nil for a channel without one.
  var builder: (@Sendable (ApplicationContext) async throws -> any ChannelArtifactBuilder)?
  /// Makes one part of an artifact that is stored in two; nil where there is nothing of the kind.
  var merger: (any ArtifactMerger)?
  /// Puts the channel and its cells over a generation; opens nothing yet.
  let mount: @Sendable (ChannelSite) -> MountedChannel
  /// Makes the channel's part of an evaluation; nil for keywords, which every evaluation has.
  var evaluation: (@Sendable (ApplicationContext) async throws -> CollectionIndex.Part)?

  /// Why a channel cannot be had from an index that was built without it.
  static let absentReason = "this index was built without it: name it in index.channels or --channels and index again"

  /// Why nothing can be said of it while no index is open.
  static let unknownReason = "no index is open yet"

  /// Whether this generation has the channel.
  func isPresent(in manifest: GenerationManifest) -> Bool { isPermanent || manifest.artifact(name) != nil }
}

/// What a row gets to open a channel of one generation.
struct ChannelSite: Sendable {
  let generation: Generation
  /// What the context lends.
  let parts: GenerationParts
  /// The chunk database of the same generation.
  let chunks: RuntimeCell<ChunkStore>

  var factories: ContextFactories { parts.factories }
  var models: ModelCells { parts.models }
  var threads: DedicatedThreads { parts.threads }
  var cells: EngineCells { parts.cells }

  /// What the manifest says of a channel.
  func record(_ channel: String) -> ArtifactRecord? { generation.manifest.artifact(channel) }
}

/// A channel of one generation with the cells it reads from.
struct MountedChannel: Sendable {
  let channel: any RetrievalChannel
  /// Cells that belong to the generation, in the order of closing.
  var cells: [any ManagedCell] = []
  /// What the main cell's payload takes in memory, from the manifest, in bytes; nil when the manifest does not say.
  var estimatedBytes: UInt64?
  /// Opens what the channel needs beside the chunk database and the primary embedder; nil for a channel that needs no more.
  /// Throws what keeps the channel from answering.
  var open: (@Sendable () async throws -> Void)?
  /// Opens what is not open yet and tells what can be compared; nil for a channel with nothing of its own.
  var facts: (@Sendable () async throws -> ChannelFacts)?
  /// The same with a model that is to serve; nil where questions are encoded by another one. Does not ask the model's cell,
  /// which is being swapped when this is called.
  var factsWith: (@Sendable (_ model: CandidateModel) async throws -> ChannelFacts?)?
}
