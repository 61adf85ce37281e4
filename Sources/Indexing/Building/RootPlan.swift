/// Resolves the given roots and gives each its prefix.
enum RootPlan {
  /// Prefixes are last components; roots that share one get as many components before it as tell them apart.
  ///
  /// - Throws: ``IndexingError`` with code `indexing.missing-directory`, `indexing.not-a-directory` or
  ///   `indexing.overlapping-roots`.
  static func resolve(_ roots: [String]) throws -> [SourceRoot] {
    guard !roots.isEmpty else {
      throw IndexingError(.missingDirectory, "No source directory was given: name at least one.")
    }
    let paths = try roots.map { try TreeWalker.resolve(root: $0) }
    for (index, path) in paths.enumerated() {
      for (other, outer) in paths.enumerated() where other != index && Paths.contains(outer, path) {
        throw IndexingError(
          .overlappingRoots, "One source directory lies inside another, so its files would be indexed twice: drop one.",
          path: path, expected: "outside of \(outer)", actual: path)
      }
    }
    if paths.count == 1 { return [SourceRoot(path: paths[0], prefix: "")] }
    let components = paths.map { $0.split(separator: "/").map(String.init) }
    let deepest = components.map(\.count).max() ?? 1
    return zip(paths, components).map { path, own in
      let length = (1...max(1, deepest)).first { length in
        components.count { $0.suffix(length) == own.suffix(length) } == 1
      }
      return SourceRoot(path: path, prefix: own.suffix(length ?? own.count).joined(separator: "/"))
    }
  }
}
