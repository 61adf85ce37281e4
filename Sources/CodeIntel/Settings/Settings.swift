public import Retrieval

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Where the engine finds its index and its model, how wide it works, what it preloads and how it serves. Immutable: read
/// once, then injected.
///
/// ``load(flags:environment:file:)`` reads all sources and reports every mistake at once; ``init(environment:indexPath:modelFolder:computeThreads:)``
/// is for programs and tests that need the folders only.
public struct Settings: Sendable, Equatable {
  /// The folder of the index; it holds `CURRENT` and `generations/`.
  public let indexPath: String
  /// The folder of the embedding model (`model.safetensors`, `config.json`, `vocab.txt`, …).
  public let modelFolder: String
  /// Threads that compute embeddings and searches; at least 1.
  public let computeThreads: Int
  /// Which channels are indexed and where their models are.
  public let channels: ChannelSettings
  /// How dense indexes are built.
  public let dense: DenseIndexSettings
  /// How the channels' lists are fused.
  public let fusionMethod: FusionMethod
  /// Where texts are embedded.
  public let embedder: EmbedderSettings
  /// How searches are fused and how long their parts may take.
  public let search: SearchSettings
  /// What is made ready before the service says that it is.
  public let preload: PreloadSettings
  /// How the service listens and ends.
  public let serve: ServeSettings
  /// Time between two looks for a new index generation; nil looks on SIGHUP only.
  public let indexWatchInterval: Duration?
  /// Whether the accelerator probe is left out.
  public let skipsAcceleratorProbe: Bool
  /// Whether metrics are exported under the names of the original drafts too.
  public let exportsCompatNames: Bool
  /// Where spans are sent by OTLP over HTTP; nil records none.
  public let traceEndpoint: String?

  /// Joins flags (highest), environment variables and defaults for the folders; everything else has its default.
  ///
  /// - Parameters:
  ///   - environment: `CODEINTEL_INDEX`, `CODEINTEL_MODEL_DIR`, `XDG_CACHE_HOME` and `HOME` are read; empty means unset.
  ///   - indexPath: what `--index` gave.
  ///   - modelFolder: what `--model` gave.
  ///   - computeThreads: default: the machine's active cores.
  public init(
    environment: [String: String], indexPath: String? = nil, modelFolder: String? = nil, computeThreads: Int? = nil
  ) {
    func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    self.indexPath = indexPath ?? variable("CODEINTEL_INDEX") ?? Self.defaultIndexPath
    self.modelFolder = modelFolder ?? variable("CODEINTEL_MODEL_DIR") ?? Self.defaultModelFolder(environment)
    self.computeThreads = max(1, computeThreads ?? Self.defaultComputeThreads)
    channels = ChannelSettings(spladeModelFolder: Self.modelFolder("splade-tiny", environment))
    dense = DenseIndexSettings()
    fusionMethod = .reciprocalRank
    embedder = EmbedderSettings()
    search = SearchSettings()
    preload = PreloadSettings()
    serve = ServeSettings()
    indexWatchInterval = .seconds(10)
    skipsAcceleratorProbe = false
    exportsCompatNames = false
    traceEndpoint = nil
  }

  init(
    indexPath: String, modelFolder: String, computeThreads: Int, channels: ChannelSettings,
    dense: DenseIndexSettings = DenseIndexSettings(), fusionMethod: FusionMethod = .reciprocalRank,
    embedder: EmbedderSettings,
    search: SearchSettings = SearchSettings(), preload: PreloadSettings, serve: ServeSettings,
    indexWatchInterval: Duration?, skipsAcceleratorProbe: Bool, exportsCompatNames: Bool,
    traceEndpoint: String? = nil
  ) {
    self.indexPath = indexPath
    self.modelFolder = modelFolder
    self.computeThreads = computeThreads
    self.channels = channels
    self.dense = dense
    self.fusionMethod = fusionMethod
    self.embedder = embedder
    self.search = search
    self.preload = preload
    self.serve = serve
    self.indexWatchInterval = indexWatchInterval
    self.skipsAcceleratorProbe = skipsAcceleratorProbe
    self.exportsCompatNames = exportsCompatNames
    self.traceEndpoint = traceEndpoint
  }

  static let defaultIndexPath = ".codeintel"

  static var defaultComputeThreads: Int { ProcessInfo.processInfo.activeProcessorCount }

  static func defaultModelFolder(_ environment: [String: String]) -> String {
    modelFolder("all-MiniLM-L6-v2", environment)
  }

  /// Where scripts/model puts a model of that name.
  static func modelFolder(_ name: String, _ environment: [String: String]) -> String {
    let folder = UserFolder.cache.path(in: environment) ?? "./.cache"
    return folder + "/runtime-cells/models/\(name)"
  }
}

/// The user's folders by the XDG base directory specification.
enum UserFolder {
  case cache, configuration

  /// The folder; nil without `HOME`. Empty variables count as unset.
  func path(in environment: [String: String]) -> String? {
    func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    return switch self {
    case .cache: variable("XDG_CACHE_HOME") ?? variable("HOME").map { $0 + "/.cache" }
    case .configuration: variable("XDG_CONFIG_HOME") ?? variable("HOME").map { $0 + "/.config" }
    }
  }
}
