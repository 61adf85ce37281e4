/// A path pattern of `.gitignore` without its `!`: `*`, `?`, `[…]` within a component, `**` for any number of components.
///
/// Without a slash, other than one at its end, it speaks about the last component at any depth; with one it speaks about
/// the whole path. A slash at the end restricts it to directories.
struct PathPattern: Sendable {
  private let directoryOnly: Bool
  private let isAnchored: Bool
  private let components: [Component]

  private enum Component: Sendable {
    case literal([UInt8])
    case glob(GlobPattern)
    /// `**` as a whole component.
    case anyDepth
  }

  /// Nil for a pattern that names nothing.
  init?(_ text: ArraySlice<UInt8>) {
    var text = text
    directoryOnly = text.last == UInt8(ascii: "/")
    if directoryOnly { text.removeLast() }
    isAnchored = text.contains(UInt8(ascii: "/"))
    if text.first == UInt8(ascii: "/") { text.removeFirst() }
    guard !text.isEmpty else { return nil }
    let anchored = isAnchored
    components = text.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map { part in
      if anchored, part.elementsEqual("**".utf8) { return .anyDepth }
      let special = part.contains { "*?[\\".utf8.contains($0) }
      return special ? .glob(GlobPattern(part)) : .literal(Array(part))
    }
  }

  /// Whether it speaks about `path`, split at "/".
  func matches(_ path: ArraySlice<ArraySlice<UInt8>>, isDirectory: Bool) -> Bool {
    guard !directoryOnly || isDirectory, let name = path.last else { return false }
    if !isAnchored { return accepts(components[0], name) }
    return matchesAnchored(path)
  }

  private func matchesAnchored(_ path: ArraySlice<ArraySlice<UInt8>>) -> Bool {
    var component = 0
    var position = path.startIndex
    var retry: (component: Int, position: Int)?
    while true {
      if component < components.count, case .anyDepth = components[component] {
        // A trailing `**` needs at least one component: `a/**` does not match `a` itself.
        if component == components.count - 1 { return position < path.endIndex }
        retry = (component, position)
        component += 1
        continue
      }
      if position == path.endIndex { return component == components.count }
      if component < components.count, accepts(components[component], path[position]) {
        component += 1
        position += 1
      } else if let last = retry {
        retry = (last.component, last.position + 1)
        component = last.component + 1
        position = last.position + 1
      } else {
        return false
      }
    }
  }

  private func accepts(_ component: Component, _ name: ArraySlice<UInt8>) -> Bool {
    switch component {
    case .literal(let text): name.elementsEqual(text)
    case .glob(let glob): glob.matches(name)
    case .anyDepth: true
    }
  }
}
