#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Where the engine finds its index and its model, and how wide it works. Immutable: read once, then injected.
public struct Settings: Sendable, Equatable {
  /// The folder of the index; it holds `CURRENT` and `generations/`.
  public let indexPath: String
  /// The folder of the embedding model (`model.safetensors`, `config.json`, `vocab.txt`, …).
  public let modelFolder: String
  /// Threads that compute embeddings and searches; at least 1.
  public let computeThreads: Int

  /// Joins flags (highest), environment variables and defaults.
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
    self.indexPath = indexPath ?? variable("CODEINTEL_INDEX") ?? ".codeintel"
    let cache = variable("XDG_CACHE_HOME") ?? (variable("HOME") ?? ".") + "/.cache"
    self.modelFolder =
      modelFolder ?? variable("CODEINTEL_MODEL_DIR") ?? cache + "/runtime-cells/models/all-MiniLM-L6-v2"
    self.computeThreads = max(1, computeThreads ?? ProcessInfo.processInfo.activeProcessorCount)
  }
}
