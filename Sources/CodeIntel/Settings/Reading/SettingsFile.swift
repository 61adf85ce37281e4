import Configuration
import Yams

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A YAML file of settings, parsed, with the names of all its keys.
struct SettingsFile {
  let path: String
  let snapshot: YAMLSnapshot
  /// Dotted names of everything in the file, sorted.
  let keys: [String]

  /// Reads a file.
  ///
  /// - Parameter source: what the user calls the place that names it.
  /// - Throws: ``SettingsError`` with `unreadableFile`.
  init(path: String, namedBy source: String) throws(SettingsError) {
    self.path = path
    do {
      guard let data = FileManager.default.contents(atPath: path) else { throw Unreadable() }
      let text = String(decoding: data, as: UTF8.self)
      // An empty file, or one of comments only, sets nothing.
      let root = try Yams.compose(yaml: text)
      let source = root == nil ? Data("{}".utf8) : data
      snapshot = try YAMLSnapshot(data: source.bytes, providerName: path, parsingOptions: .default)
      var names: [String] = []
      Self.collect(root, under: "", into: &names)
      keys = names.sorted()
    } catch {
      let reason =
        error is Unreadable
        ? "There is no such file, it may not be read, or it is a folder." : "It must hold a YAML mapping. \(error)"
      throw SettingsError(
        .unreadableFile, faults: [.init(key: source, origin: "file (\(path))", message: reason)])
    }
  }

  private struct Unreadable: Error {}

  private static func collect(_ node: Node?, under prefix: String, into names: inout [String]) {
    guard let mapping = node?.mapping else {
      if !prefix.isEmpty { names.append(prefix) }
      return
    }
    for (key, value) in mapping {
      let name = key.string ?? "(a key that is no text)"
      collect(value, under: prefix.isEmpty ? name : prefix + "." + name, into: &names)
    }
  }
}
