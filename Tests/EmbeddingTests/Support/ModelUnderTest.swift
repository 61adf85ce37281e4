import Foundation

/// Where the real model lies, if it does.
enum ModelUnderTest {
  /// `CODEINTEL_MODEL_DIR`, else the place in the user's cache where `scripts/model` puts it.
  static let folder: String = {
    let environment = ProcessInfo.processInfo.environment
    if let folder = environment["CODEINTEL_MODEL_DIR"], !folder.isEmpty { return folder }
    let cache =
      environment["XDG_CACHE_HOME"].flatMap { $0.isEmpty ? nil : $0 }
      ?? (environment["HOME"] ?? "") + "/.cache"
    return cache + "/runtime-cells/models/all-MiniLM-L6-v2"
  }()

  static let isPresent = FileManager.default.fileExists(atPath: folder + "/model.safetensors")
  static let hint = "the model is not in \(folder): run scripts/model"
}
