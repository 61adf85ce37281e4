import RuntimeCells

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension IndexBuild {
  /// Whether the previous generation can stand in for a new one, if only its sources are the same.
  func isComparable(_ manifest: GenerationManifest, settingsDigest: String) -> Bool {
    guard manifest.settingsDigest == settingsDigest else { return false }
    let wanted = [ChunkArtifact.channel: ChunkArtifact.fingerprint].merging(
      builder.artifacts.map { ($0.channel, $0.fingerprint) }, uniquingKeysWith: { first, _ in first })
    let present = Dictionary(
      manifest.artifacts.map { ($0.channel, $0.fingerprint) }, uniquingKeysWith: { first, _ in first })
    return wanted == present
  }

  /// Digest of settings, roots, and what else decides about chunks.
  func settingsDigest() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let key = SettingsKey(
      settings: builder.settings, roots: roots, chunks: ChunkArtifact.fingerprint,
      ctags: plan.chunkerName(for: "python") == "ctags")
    return Checksum.hex(of: Array(try encoder.encode(key)))
  }

  private struct SettingsKey: Encodable {
    let settings: IndexSettings
    let roots: [SourceRoot]
    let chunks: String
    let ctags: Bool
  }

  /// The digest that ``SourceTally`` would give for these files.
  func sourceDigest(_ files: [WalkedFile]) async throws -> String {
    let reader = SourceReader(options: builder.settings.walking, content: builder.content)
    let batches = FileBatch.split(files)
    var tally = SourceTally()
    var done = 0
    progress.stage("compare", done: done, total: files.count)
    for batch in batches {
      let digests = try await threads.run { batch.files.map { reader.digest($0) } }
      for (file, digest) in zip(batch.files, digests) {
        if let digest { tally.add(path: file.path, contentHash: digest) }
      }
      done += batch.files.count
      progress.stage("compare", done: done, total: files.count)
      try Task.checkCancellation()
    }
    return tally.digest
  }
}
