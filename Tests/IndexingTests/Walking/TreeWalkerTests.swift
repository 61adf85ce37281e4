import Foundation
import Testing

@testable import Indexing

struct TreeWalkerTests {
  @Test func missingDirectory_walked_typedError() {
    let error = #expect(throws: IndexingError.self) { try TreeWalker().walk(root: "/no/such/directory") }
    #expect(error?.code == .missingDirectory)
    #expect(error?.path == "/no/such/directory")
  }

  @Test func fileAsRoot_walked_typedError() throws {
    let tree = try TemporaryDirectory()
    let file = try tree.write("a.swift", "x")
    let error = #expect(throws: IndexingError.self) { try TreeWalker().walk(root: file) }
    #expect(error?.code == .notADirectory)
  }

  @Test func files_walked_sortedByPathBytes() throws {
    let tree = try TemporaryDirectory()
    for name in ["b.c", "a/z.c", "a.c", "a/b/c.c", "Z.c"] { try tree.write(name, "x") }
    let paths = try TreeWalker().walk(root: tree.path).files.map(\.path)
    #expect(paths == ["Z.c", "a.c", "a/b/c.c", "a/z.c", "b.c"])
  }

  @Test func links_walked_neverFollowedAndClassified() throws {
    let (tree, outside) = (try TemporaryDirectory(), try TemporaryDirectory())
    try tree.write("dir/real.swift", "x")
    try outside.write("secret.swift", "x")
    try tree.link("dir/up", to: "..")
    try tree.link("self", to: "self")
    try tree.link("nowhere", to: "missing")
    try tree.link("inside", to: "dir/real.swift")
    try tree.link("outside", to: outside.path)
    let result = try TreeWalker().walk(root: tree.path)
    #expect(result.files.map(\.path) == ["dir/real.swift"])
    #expect(result.skipped.examples[.symbolicLinkLoop] == ["dir/up", "self"])
    #expect(result.skipped.examples[.danglingLink] == ["nowhere"])
    #expect(result.skipped.examples[.linkInside] == ["inside"])
    #expect(result.skipped.examples[.linkOutside] == ["outside"])
  }

  @Test func rootThatIsALink_walked_resolved() throws {
    let tree = try TemporaryDirectory()
    try tree.write("real/a.swift", "x")
    try tree.link("alias", to: "real")
    #expect(try TreeWalker().walk(root: tree.sub("alias")).files.map(\.path) == ["a.swift"])
  }

  @Test func pipe_walked_skippedWithoutOpening() throws {
    let tree = try TemporaryDirectory()
    try tree.write("a.swift", "x")
    #expect(mkfifo(tree.sub("pipe"), 0o644) == 0)
    let result = try TreeWalker().walk(root: tree.path)
    #expect(result.skipped[.special] == 1)
    #expect(result.files.count == 1)
  }

  @Test func oversizedAndEmptyFiles_walked_counted() throws {
    let tree = try TemporaryDirectory()
    // 50 MB without writing them: a sparse file.
    let big = try tree.write("big.swift", "x")
    #expect(truncate(big, 50_000_000) == 0)
    try tree.write("empty.swift", "")
    try tree.write("a.swift", "x")
    let result = try TreeWalker().walk(root: tree.path)
    #expect(result.skipped.examples[.oversized] == ["big.swift"])
    #expect(result.skipped.examples[.empty] == ["empty.swift"])
    #expect(result.files.map(\.path) == ["a.swift"])
  }

  @Test func nameThatIsNotUTF8_walked_counted() throws {
    let tree = try TemporaryDirectory()
    let name = Array(tree.sub("bad").utf8CString.dropLast()) + [CChar(bitPattern: 0xFF), 0]
    let file = open(name, O_CREAT | O_WRONLY, 0o644)
    #expect(file >= 0)
    close(file)
    defer { unlink(name) }
    #expect(try TreeWalker().walk(root: tree.path).skipped[.invalidName] == 1)
  }

  @Test func defaultExcludes_walked_skippedUnlessTakenBack() throws {
    let tree = try TemporaryDirectory()
    for name in ["node_modules/a.js", ".build/b.swift", ".git/config", "src/c.swift", ".hidden.swift"] {
      try tree.write(name, "x")
    }
    #expect(try TreeWalker().walk(root: tree.path).files.map(\.path) == [".hidden.swift", "src/c.swift"])
    try tree.write(".gitignore", "!node_modules/\n")
    let paths = try TreeWalker().walk(root: tree.path).files.map(\.path)
    #expect(paths == [".gitignore", ".hidden.swift", "node_modules/a.js", "src/c.swift"])
  }

  @Test func extraIgnores_walked_winOverIgnoreFiles() throws {
    let tree = try TemporaryDirectory()
    try tree.write(".gitignore", "!a.swift\n")
    try tree.write("a.swift", "x")
    let options = WalkOptions(extraIgnores: ["*.swift", ".gitignore"])
    #expect(try TreeWalker(options: options).walk(root: tree.path).files.isEmpty)
  }

  @Test func repositoryAroundTheRoot_walked_itsRulesApplyUnlessItIgnoresTheRoot() throws {
    let tree = try TemporaryDirectory()
    try tree.write(".git/HEAD", "x")
    try tree.write(".gitignore", "*.log\n/vendor/\n")
    for name in ["sub/a.swift", "sub/a.log", "vendor/b.swift", "vendor/b.log"] { try tree.write(name, "x") }
    #expect(try TreeWalker().walk(root: tree.sub("sub")).files.map(\.path) == ["a.swift"])
    #expect(try TreeWalker().walk(root: tree.sub("vendor")).files.map(\.path) == ["b.log", "b.swift"])
  }

  @Test func linkedWorkTree_walked_honoursTheSharedExcludeFile() throws {
    let tree = try TemporaryDirectory()
    try tree.write("main/.git/info/exclude", "*.secret\n")
    try tree.write("main/.git/worktrees/w/commondir", "../..\n")
    try tree.write("w/.git", "gitdir: \(tree.sub("main/.git/worktrees/w"))\n")
    try tree.write("w/a.secret", "x")
    try tree.write("w/a.swift", "x")
    #expect(try TreeWalker().walk(root: tree.sub("w")).files.map(\.path) == ["a.swift"])
  }

  @Test func excludedPath_walked_leftOutWithEverythingBelow() throws {
    let tree = try TemporaryDirectory()
    try tree.write("index/CURRENT", "1")
    try tree.write("a.swift", "x")
    let result = try TreeWalker().walk(root: tree.path, prefix: "p", excluding: [tree.sub("index")])
    #expect(result.files.map(\.path) == ["p/a.swift"])
  }
}
