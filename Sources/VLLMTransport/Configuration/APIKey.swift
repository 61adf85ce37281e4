import Embedding
import NIOPosix

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A secret that never shows: printing, dumping and interpolating it give no part of it.
struct APIKey: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  let secret: String

  var description: String { "<redacted>" }
  var debugDescription: String { "<redacted>" }
  var customMirror: Mirror { Mirror(self, children: [:]) }

  /// Longer files are no keys.
  static let maximumBytes = 8192

  /// The key in a file: its content without white space at both ends.
  ///
  /// - Throws: `EmbeddingError` with code `keyUnusable`, which holds nothing of the content.
  static func read(_ path: String) async throws -> APIKey {
    // Even a small file can hang on a network disk: not on a thread of the cooperative pool.
    try await NIOThreadPool.singleton.runIfActive { try APIKey(path: path) }
  }

  init(path: String) throws(EmbeddingError) {
    let content: Data
    do { content = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
      throw EmbeddingError(
        .keyUnusable, "the API key's file cannot be read: check that it exists and its permissions", path: path,
        underlying: error)
    }
    guard content.count <= Self.maximumBytes else {
      throw EmbeddingError(
        .keyUnusable, "the API key's file is too long to be a key", path: path,
        expected: "at most \(Self.maximumBytes) bytes", actual: "\(content.count)")
    }
    let blank: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
    let trimmed = content.drop { blank.contains($0) }.reversed().drop { blank.contains($0) }.reversed()
    // Visible ASCII only (RFC 9110, field values): anything else could end the header and begin another.
    guard !trimmed.isEmpty, trimmed.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw EmbeddingError(
        .keyUnusable, "the API key's file must hold one key of visible ASCII characters and nothing else", path: path)
    }
    secret = String(decoding: trimmed, as: UTF8.self)
  }
}
