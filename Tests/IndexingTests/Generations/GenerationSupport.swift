import Foundation

@testable import Indexing

/// Publishes tiny generations without building anything.
enum GenerationSupport {
  static func manifest(_ artifacts: [ArtifactRecord]) -> GenerationManifest {
    GenerationManifest(
      formatVersion: GenerationManifest.currentFormat, generation: 0, created: Date(timeIntervalSince1970: 1),
      toolVersion: "t", roots: [], settings: IndexSettings(), settingsDigest: "s", sourceDigest: "d", files: 1,
      chunks: 1, chunksByLanguage: ["swift": 1], skipped: SkipReport(), limits: [], artifacts: artifacts)
  }

  static func fill(_ draft: GenerationDraft, _ content: String) throws -> GenerationManifest {
    try FileSystem.write(Array(content.utf8), to: Paths.join(draft.directory, "data.bin"))
    let file = try ArtifactFile(describing: "data.bin", in: draft.directory)
    return manifest([
      ArtifactRecord(
        channel: "data", fingerprint: "f", files: [file], settings: ["k": "v"],
        model: ModelRecord(id: "m", dim: 3, dtype: "float32", metric: "ip"))
    ])
  }

  @discardableResult
  static func publish(_ content: String, to store: GenerationStore) throws -> Generation {
    let draft = try store.beginDraft()
    return try store.publish(draft, manifest: fill(draft, content))
  }

  static func content(of generation: Generation?) throws -> String? {
    guard let generation else { return nil }
    let bytes = try FileSystem.read(Paths.join(generation.directory, "data.bin"), limit: 100)
    return bytes.map { String(decoding: $0, as: UTF8.self) }
  }
}
