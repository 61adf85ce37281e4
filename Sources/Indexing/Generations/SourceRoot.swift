/// A directory that an index covers.
public struct SourceRoot: Sendable, Hashable, Codable {
  /// Absolute path without links.
  public let path: String
  /// What the paths of its chunks begin with; empty when the index has one root.
  public let prefix: String

  /// Creates a root.
  public init(path: String, prefix: String) {
    self.path = path
    self.prefix = prefix
  }
}
