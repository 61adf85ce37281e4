import Foundation
import Testing

@testable import Indexing

/// A child that keeps what it inherits keeps it open: a listener's port stays taken, and whoever waits for the end of a pipe
/// waits for the child.
@Suite(.enabled(if: ShellCommand.exists("ctags"), "Universal Ctags is not installed: apt-get install universal-ctags"))
struct CtagsInheritanceTests {
  @Test func `ctags holds nothing of ours but its own end`() throws {
    var pipe: [Int32] = [0, 0]
    try #require(Glibc.pipe(&pipe) == 0)
    var ends: [Int32] = [0, 0]
    try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
    defer { (pipe + ends).forEach { _ = close($0) } }
    let child = try CtagsProcess.spawn("ctags", input: ends[1])
    defer {
      kill(child, SIGKILL)
      waitpid(child, nil, 0)
    }
    let ours = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(pipe[0])")
    let held = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(child)/fd").compactMap {
      try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(child)/fd/\($0)")
    }
    #expect(held.contains { $0.hasPrefix("socket:") }, "this looks at nothing: \(held)")
    #expect(!held.contains(ours), "\(held)")
  }
}
