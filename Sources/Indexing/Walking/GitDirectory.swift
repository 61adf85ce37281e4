/// Finds the directory in which git keeps what all work trees of a repository share.
enum GitDirectory {
  /// `.git` of a plain clone; for a linked work tree or a submodule, whose `.git` is a file, where that file leads.
  /// Nil when `directory` is not the top of a work tree.
  static func common(of directory: String) -> String? {
    let path = Paths.join(directory, ".git")
    guard let status = try? FileSystem.status(path) else { return nil }
    if status.kind == .directory { return path }
    guard status.kind == .file, let text = firstLine(of: path), text.hasPrefix("gitdir: ") else { return nil }
    let linked = resolve(String(text.dropFirst("gitdir: ".count)), against: directory)
    guard let common = firstLine(of: Paths.join(linked, "commondir")) else { return linked }
    return resolve(common, against: linked)
  }

  private static func resolve(_ path: String, against directory: String) -> String {
    path.hasPrefix("/") ? path : Paths.join(directory, path)
  }

  private static func firstLine(of path: String) -> String? {
    guard let bytes = try? FileSystem.read(path, limit: 1 << 12) else { return nil }
    return bytes.split(separator: UInt8(ascii: "\n")).first.map { String(decoding: $0, as: UTF8.self) }
  }
}
