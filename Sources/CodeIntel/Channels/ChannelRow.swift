import CellContract
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
  /// Makes the builder of its artifact; nil for a channel that lives in the chunk database.
  var builder: (@Sendable (ApplicationContext) async throws -> any ChannelArtifactBuilder)?
  /// Makes one part of an artifact that is stored in two; nil where there is nothing of the kind.
  var merger: (any ArtifactMerger)?
  /// Puts the channel and its cells over a generation; opens nothing yet.
  let mount: @Sendable (ChannelSite) -> MountedChannel
  /// Makes the channel's part of an evaluation; nil for a channel that lives in the chunk database.
  var evaluation: (@Sendable (ApplicationContext) async throws -> CollectionIndex.Part)?

  /// Why a channel cannot be had from an index that was built without it.
  static let absentReason = "this index was built without it: name it in index.channels and index again"

  /// Whether this generation has the channel.
  func isPresent(in manifest: GenerationManifest) -> Bool { isPermanent || manifest.artifact(name) != nil }
}

/// What a row gets to open a channel of one generation.
struct ChannelSite: Sendable {
  let generation: Generation
  let factories: ContextFactories
  let models: ModelCells
  /// The chunk database of the same generation.
  let chunks: RuntimeCell<ChunkStore>
  /// Where searches compute.
  let threads: DedicatedThreads

  /// What the manifest says of a channel.
  func record(_ channel: String) -> ArtifactRecord? { generation.manifest.artifact(channel) }
}

/// A channel of one generation with the cells it reads from.
struct MountedChannel: Sendable {
  let channel: any RetrievalChannel
  /// Cells that belong to the generation, in the order of closing.
  var cells: [any ManagedCell] = []
  /// Opens what is not open yet and tells what can be compared; nil for a channel with nothing of its own.
  var facts: (@Sendable () async throws -> ChannelFacts)?
}
