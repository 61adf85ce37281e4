#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The few file operations this target needs, straight over POSIX: durable writes need `fsync` of files and of
/// directories, and the walker must never follow a link or open a pipe. Every call blocks.
enum FileSystem {
  enum Kind: Sendable, Equatable { case file, directory, symbolicLink, special }

  struct Status: Sendable {
    let kind: Kind
    let bytes: Int
  }

  struct Entry: Sendable {
    /// Nil when the name is not UTF-8.
    let name: String?
    /// For messages; invalid bytes are replaced.
    let printableName: String
  }

  /// Status of `path` itself: a symbolic link is not followed.
  static func status(_ path: String) throws(SystemCallFailure) -> Status {
    var buffer = stat()
    guard lstat(path, &buffer) == 0 else { throw SystemCallFailure("lstat", path) }
    return Status(kind: kind(buffer.st_mode), bytes: Int(buffer.st_size))
  }

  /// Whether something, of whatever kind, has this path.
  static func exists(_ path: String) -> Bool { (try? status(path)) != nil }

  private static func kind(_ mode: mode_t) -> Kind {
    switch mode & S_IFMT {
    case S_IFREG: .file
    case S_IFDIR: .directory
    case S_IFLNK: .symbolicLink
    default: .special
    }
  }

  /// The absolute path without links, `.` and `..`. Throws when some part does not exist or a link loops.
  static func resolve(_ path: String) throws(SystemCallFailure) -> String {
    guard let resolved = realpath(path, nil) else { throw SystemCallFailure("realpath", path) }
    defer { free(resolved) }
    guard let text = String(validatingCString: resolved) else {
      throw SystemCallFailure("realpath", path, number: EILSEQ)
    }
    return text
  }

  /// As ``resolve(_:)``; nil when it fails.
  static func realPath(_ path: String) -> String? { try? resolve(path) }

  /// The entries of a directory without `.` and `..`, sorted by name.
  static func entries(of path: String) throws(SystemCallFailure) -> [Entry] {
    guard let stream = opendir(path) else { throw SystemCallFailure("opendir", path) }
    defer { closedir(stream) }
    var found: [Entry] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        if errno != 0 { throw SystemCallFailure("readdir", path) }
        break
      }
      let (name, printable) = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) { characters in
          (String(validatingCString: characters), String(cString: characters))
        }
      }
      if name == "." || name == ".." { continue }
      found.append(Entry(name: name, printableName: printable))
    }
    return found.sorted { $0.printableName.utf8.lexicographicallyPrecedes($1.printableName.utf8) }
  }

  /// Creates a directory and its missing parents.
  static func makeDirectories(_ path: String) throws(SystemCallFailure) {
    if mkdir(path, 0o755) == 0 { return }
    let reason = errno
    if reason == EEXIST, realPath(path) != nil { return }
    let parent = Paths.parent(of: path)
    guard reason == ENOENT, parent != path else { throw SystemCallFailure("mkdir", path, number: reason) }
    try makeDirectories(parent)
    guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw SystemCallFailure("mkdir", path) }
  }

  /// Renames within one file system, replacing a file atomically.
  static func move(_ source: String, to target: String) throws(SystemCallFailure) {
    guard rename(source, target) == 0 else { throw SystemCallFailure("rename", source) }
  }

  /// Removes a file, a link or a whole tree. Links inside are removed, never followed. Missing is fine.
  static func remove(_ path: String) throws(SystemCallFailure) {
    guard exists(path) else { return }
    if try status(path).kind == .directory {
      for entry in try entries(of: path) {
        guard let name = entry.name else {
          throw SystemCallFailure("unlink", Paths.join(path, entry.printableName), number: EILSEQ)
        }
        try remove(Paths.join(path, name))
      }
      guard rmdir(path) == 0 || errno == ENOENT else { throw SystemCallFailure("rmdir", path) }
    } else {
      guard unlink(path) == 0 || errno == ENOENT else { throw SystemCallFailure("unlink", path) }
    }
  }
}
