import Foundation

@testable import Indexing

/// A channel that writes the number of chunks, and counts how often it was asked.
final class CountingArtifact: ChannelArtifactBuilder {
  let channel: String
  let fingerprint: String
  private let state = Locked((builds: 0, reusable: [Int]()))

  init(channel: String = "counting", fingerprint: String = "v1") {
    self.channel = channel
    self.fingerprint = fingerprint
  }

  var builds: Int { state.withLock { $0.builds } }
  /// For each build, how many chunks the previous generation had with the same content.
  var reusable: [Int] { state.withLock { $0.reusable } }

  func build(
    chunks: ChunkStore, into directory: String, previous: Generation?, progress: any IndexProgress
  ) async throws -> ArtifactRecord {
    var hashes: [String] = []
    try await chunks.forEachBatch { hashes += $0.map(\.contentHash) }
    var known = 0
    if let previous {
      let old = try previous.openChunks()
      known = try await old.rows(forContentHashes: hashes).count
      try old.close()
    }
    let count = known
    state.withLock {
      $0.builds += 1
      $0.reusable.append(count)
    }
    try FileSystem.write(Array("\(hashes.count)".utf8), to: Paths.join(directory, "\(channel).txt"))
    return ArtifactRecord(
      channel: channel, fingerprint: fingerprint, files: [try ArtifactFile(describing: "\(channel).txt", in: directory)]
    )
  }
}

/// Keeps every call.
final class RecordingProgress: IndexProgress {
  private let calls = Locked<[(name: String, done: Int, total: Int?)]>([])

  func stage(_ name: String, done: Int, total: Int?) { calls.withLock { $0.append((name, done, total)) } }

  var stages: [(name: String, done: Int, total: Int?)] { calls.withLock { $0 } }
}
