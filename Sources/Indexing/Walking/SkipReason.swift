/// Why something in a source tree was not indexed. The raw values appear in manifests and reports and never change.
public enum SkipReason: String, Sendable, Hashable, Codable, CaseIterable {
  /// A `.gitignore`, `.git/info/exclude`, a default exclude or an extra ignore matched. A directory counts once.
  case ignored
  /// It holds a NUL byte.
  case binary
  /// It is larger than ``WalkOptions/maximumFileBytes``.
  case oversized
  /// Its lines are so long that no person wrote it: see ``WalkOptions/maximumMeanLineBytes``.
  case minified
  /// It holds no byte, or only white space.
  case empty
  /// The operating system refused to open or list it, or it vanished during the walk.
  case unreadable
  /// Its bytes are not UTF-8.
  case invalidUTF8 = "invalid_utf8"
  /// Its own name is not UTF-8, so no report could name it.
  case invalidName = "invalid_name"
  /// A symbolic link that leads back to itself or to a directory above it.
  case symbolicLinkLoop = "symlink_loop"
  /// A symbolic link to nothing.
  case danglingLink = "symlink_dangling"
  /// A symbolic link out of the tree.
  case linkOutside = "symlink_outside"
  /// A symbolic link to something in the tree, which is indexed under its own path.
  case linkInside = "symlink_inside"
  /// A pipe, socket or device.
  case special
}
