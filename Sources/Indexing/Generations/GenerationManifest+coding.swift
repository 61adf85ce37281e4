#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension GenerationManifest {
  /// Name of the manifest's file in a generation's directory.
  public static let fileName = "manifest.json"

  /// Readable JSON with sorted keys.
  func encoded() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    return Array(try encoder.encode(self)) + [0x0A]
  }

  /// Reads a manifest file. Blocks.
  ///
  /// - Throws: ``IndexingError`` with code `indexing.manifest-corrupt` (also when it is missing) or
  ///   `indexing.manifest-format`.
  static func read(_ path: String) throws -> GenerationManifest {
    let bytes: [UInt8]
    do {
      guard let found = try FileSystem.read(path, limit: 1 << 26) else {
        throw corrupt("is larger than 64 MiB", path, nil)
      }
      bytes = found
    } catch let error as SystemCallFailure {
      throw corrupt("cannot be read", path, error)
    }
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    do {
      // The version first: a later format may not decode at all, and deserves its own message.
      let format = try decoder.decode(Format.self, from: Data(bytes)).formatVersion
      guard format == currentFormat else {
        throw IndexingError(
          .manifestFormat, "The manifest has a format this program does not know: index again, or use another version.",
          path: path, expected: String(currentFormat), actual: String(format))
      }
      return try decoder.decode(GenerationManifest.self, from: Data(bytes))
    } catch let error as DecodingError {
      throw corrupt("is damaged", path, error)
    }
  }

  private struct Format: Decodable {
    let formatVersion: Int
    enum CodingKeys: String, CodingKey { case formatVersion = "format_version" }
  }

  private static func corrupt(_ what: String, _ path: String, _ underlying: (any Error)?) -> IndexingError {
    IndexingError(
      .manifestCorrupt, "The manifest \(what): write the number of an older generation into CURRENT, or index again.",
      path: path, underlying: underlying)
  }
}
