/// One line of a `.gitignore` (the rules of git's documentation, "gitignore", section Pattern Format).
struct IgnorePattern: Sendable {
  /// `!`: takes back what an earlier pattern ignored.
  let isNegated: Bool
  private let directoryOnly: Bool
  /// False: the pattern has no slash and is compared with the last component at any depth.
  private let isAnchored: Bool
  private let components: [Component]

  private enum Component: Sendable {
    case literal([UInt8])
    case glob(GlobPattern)
    /// `**` as a whole component.
    case anyDepth
  }

  /// Nil for an empty line and a comment.
  init?(line: ArraySlice<UInt8>) {
    var text = Self.withoutTrailingSpaces(line)
    guard let first = text.first, first != UInt8(ascii: "#") else { return nil }
    isNegated = first == UInt8(ascii: "!")
    if isNegated { text.removeFirst() }
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

  /// The patterns of a whole ignore file, in order.
  static func patterns(of file: [UInt8]) -> [IgnorePattern] {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let text = file.starts(with: mark) ? file[mark.count...] : file[...]
    return text.split(separator: UInt8(ascii: "\n")).compactMap { line in
      IgnorePattern(line: line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
    }
  }

  /// Whether this pattern speaks about `path`, given relative to the ignore file's directory and split at "/".
  func matches(_ path: [ArraySlice<UInt8>], isDirectory: Bool) -> Bool {
    guard !directoryOnly || isDirectory, let name = path.last else { return false }
    if !isAnchored { return accepts(components[0], name) }
    return matchesAnchored(path)
  }

  private func matchesAnchored(_ path: [ArraySlice<UInt8>]) -> Bool {
    var component = 0
    var position = 0
    var retry: (component: Int, position: Int)?
    while true {
      if component < components.count, case .anyDepth = components[component] {
        // A trailing `**` needs at least one component: `a/**` does not match `a` itself.
        if component == components.count - 1 { return position < path.count }
        retry = (component, position)
        component += 1
        continue
      }
      if position == path.count { return component == components.count }
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

  /// A trailing space counts only behind a backslash.
  private static func withoutTrailingSpaces(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var end = line.startIndex
    var index = line.startIndex
    while index < line.endIndex {
      if line[index] == UInt8(ascii: "\\"), index + 1 < line.endIndex {
        index += 2
        end = index
      } else {
        index += 1
        if line[index - 1] != UInt8(ascii: " ") { end = index }
      }
    }
    return line[..<end]
  }
}
