import Foundation
import Testing

@testable import Indexing

/// Compares the walker with git itself on generated trees and ignore files.
struct GitOracleTests {
  @Test(
    .enabled(if: ShellCommand.exists("git"), "git is not installed: apt-get install git"), arguments: UInt64(1)...40)
  func randomTreeWithNestedIgnoreFiles_walked_sameFilesAsGit(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let tree = try TemporaryDirectory()
    _ = try ShellCommand.output(["git", "init", "-q", "."], in: tree.path)
    let names = ["a", "b", "build", "x.o", "y.log", "keep.log", "doc", "src", "a b", "é", "[z]", "#h"]
    var directories = [""]
    for _ in 0..<40 {
      let parent = directories[Int.random(in: 0..<directories.count, using: &random)]
      let name = names[Int.random(in: 0..<names.count, using: &random)]
      let path = Paths.join(parent, name)
      if Bool.random(using: &random) {
        guard !FileSystem.exists(tree.sub(path)) else { continue }
        try tree.makeDirectory(path)
        directories.append(path)
      } else if !FileSystem.exists(tree.sub(path)) {
        try tree.write(path, "x")
      }
    }
    let patterns = [
      "*.o", "!x.o", "build/", "/build", "doc/**", "**/a", "a/**/b", "*.log", "!keep.log", "a*", "[a-c]", "src/*",
      "!src/a", "a\\ b", "/a/", "b/a", "**", "!*/", "é", "\\[z\\]", "\\#h", "# comment", "", "*/", "[!a]*.log", "?",
    ]
    for directory in directories where Int.random(in: 0..<3, using: &random) == 0 || directory.isEmpty {
      let lines = (0..<Int.random(in: 1...4, using: &random)).map { _ in
        patterns[Int.random(in: 0..<patterns.count, using: &random)]
      }
      try tree.write(Paths.join(directory, ".gitignore"), lines.joined(separator: "\n") + "\n")
    }
    try tree.write(".git/info/exclude", patterns[Int.random(in: 0..<patterns.count, using: &random)] + "\n")
    let expected = try ShellCommand.output(
      ["git", "ls-files", "-z", "--others", "--exclude-standard"], in: tree.path
    ).split(separator: "\0").map(String.init).sorted()
    let walked = try TreeWalker(options: WalkOptions(defaultExcludes: [])).walk(root: tree.path)
    #expect(walked.files.map(\.path).sorted() == expected)
  }
}
