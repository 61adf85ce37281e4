#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Reads small JSON files of a model folder.
enum JSONFile {
  /// Decodes the file at `path`.
  static func read<T: Decodable>(_ type: T.Type, path: String) throws(EmbeddingError) -> T {
    let file = try MappedFile(path: path)
    do {
      return try JSONDecoder().decode(type, from: Data(file.bytes))
    } catch {
      throw EmbeddingError(
        .badConfiguration, "the file is not the JSON it should be: fetch the model again", path: path,
        underlying: error)
    }
  }

  /// The same, or nil when there is no such file.
  static func readIfPresent<T: Decodable>(_ type: T.Type, path: String) throws(EmbeddingError) -> T? {
    do {
      return try read(type, path: path)
    } catch  where error.code == .missingFile {
      return nil
    }
  }
}
