/// One regular file that the walk found and no rule excludes. Its content was not looked at yet.
public struct WalkedFile: Sendable, Hashable {
  /// Path in the index: relative to the root, with "/", after the root's prefix when there are several roots.
  public let path: String
  /// Where it can be read.
  public let absolutePath: String
  /// Size in bytes when the walk met it.
  public let bytes: Int
}
