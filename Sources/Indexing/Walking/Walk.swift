/// One walk in progress.
struct Walk {
  let options: WalkOptions
  let top: String
  /// The caller's own patterns, which win over every ignore file.
  let extra: IgnoreRules
  let excluded: Set<String>
  var result = TreeWalker.Result()

  /// Visits the entries of `directory`, whose index path is `path`. Throws only when `directory` itself cannot be listed.
  mutating func enter(_ directory: String, path: String, rules: IgnoreRules) throws(SystemCallFailure) {
    let entries = try FileSystem.entries(of: directory)
    let rules = options.honoursIgnoreFiles ? IgnoreRules.entering(directory, outer: rules) : rules
    for entry in entries {
      guard let name = entry.name else {
        result.skipped.add(.invalidName, path: Paths.join(path, entry.printableName))
        continue
      }
      if name == ".git" { continue }
      visit(Paths.join(directory, name), path: Paths.join(path, name), rules: rules)
    }
  }

  private mutating func visit(_ location: String, path: String, rules: IgnoreRules) {
    guard let status = try? FileSystem.status(location) else {
      result.skipped.add(.unreadable, path: path)
      return
    }
    let isDirectory = status.kind == .directory
    guard !excluded.contains(location) else { return }
    if extra.ignores(location, isDirectory: isDirectory) || rules.ignores(location, isDirectory: isDirectory) {
      result.skipped.add(.ignored, path: path)
      return
    }
    switch status.kind {
    case .directory:
      do throws(SystemCallFailure) {
        try enter(location, path: path, rules: rules)
      } catch {
        result.skipped.add(.unreadable, path: path)
      }
    case .symbolicLink: result.skipped.add(classify(link: location), path: path)
    case .special: result.skipped.add(.special, path: path)
    case .file:
      if status.bytes == 0 {
        result.skipped.add(.empty, path: path)
      } else if status.bytes > options.maximumFileBytes {
        result.skipped.add(.oversized, path: path)
      } else {
        result.files.append(WalkedFile(path: path, absolutePath: location, bytes: status.bytes))
      }
    }
  }

  private func classify(link: String) -> SkipReason {
    do throws(SystemCallFailure) {
      let target = try FileSystem.resolve(link)
      if Paths.contains(target, link) { return .symbolicLinkLoop }
      return Paths.contains(top, target) ? .linkInside : .linkOutside
    } catch {
      return error.isLinkLoop ? .symbolicLinkLoop : .danglingLink
    }
  }
}
