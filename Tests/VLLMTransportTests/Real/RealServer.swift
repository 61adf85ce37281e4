import Foundation

@testable import VLLMTransport

/// The embedding server that the caller started, if any.
enum RealServer {
  static let url = ProcessInfo.processInfo.environment["CODEINTEL_TEST_VLLM_URL"].flatMap { $0.isEmpty ? nil : $0 }
  static let isPresent = url != nil
  static let hint = "no embedding server is named: scripts/vllm run swift test --filter RealServerTests"

  /// The key that the server was started with, if it wants one.
  static let keyFile = ProcessInfo.processInfo.environment["CODEINTEL_EMBEDDER_API_KEY_FILE"].flatMap {
    $0.isEmpty ? nil : $0
  }

  static let modelFolder: String = {
    let environment = ProcessInfo.processInfo.environment
    if let folder = environment["CODEINTEL_MODEL_DIR"], !folder.isEmpty { return folder }
    let cache =
      environment["XDG_CACHE_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? (environment["HOME"] ?? "") + "/.cache"
    return cache + "/runtime-cells/models/all-MiniLM-L6-v2"
  }()

  static func configuration(_ encoding: VLLMConfiguration.Encoding = .base64) -> VLLMConfiguration {
    var configuration = VLLMConfiguration(url: url ?? "", model: "all-MiniLM-L6-v2")
    configuration.apiKeyFile = keyFile
    configuration.encoding = encoding
    configuration.dimension = 384
    return configuration
  }

  /// The texts of the committed reference: short, long, Unicode, code, empty.
  static func referenceTexts() throws -> [String] {
    struct Line: Decodable { var text: String }
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let lines = try String(
      contentsOf: package.appendingPathComponent("Fixtures/embedding/texts.jsonl"), encoding: .utf8)
    return try lines.split(separator: "\n").map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)).text }
  }
}
