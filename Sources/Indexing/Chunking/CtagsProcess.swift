#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A running `ctags --_interactive`, which reads sources from a socket and answers with one JSON object a line.
///
/// A socket pair instead of two pipes: `send` can be told not to raise SIGPIPE when the process has died. Used by one
/// thread at a time. Ends the process at `deinit`.
final class CtagsProcess {
  private let process: pid_t
  private let socket: Int32
  private var pending: [UInt8] = []
  private let decoder = JSONDecoder()

  /// Longest silence in milliseconds before the process counts as hung.
  private static let patience: Int32 = 20_000

  /// - Throws: ``IndexingError`` with code `indexing.ctags-failure` when `executable` cannot be started, or is not
  ///   Universal Ctags with the features `interactive` and `json`.
  init(executable: String) throws {
    var ends: (Int32, Int32) = (0, 0)
    let paired = withUnsafeMutablePointer(to: &ends) { pointer in
      pointer.withMemoryRebound(to: Int32.self, capacity: 2) {
        socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, $0)
      }
    }
    guard paired == 0 else { throw Self.failure("no socket pair", SystemCallFailure("socketpair", executable)) }
    defer { close(ends.1) }
    do throws(SystemCallFailure) {
      process = try Self.spawn(executable, input: ends.1)
    } catch {
      close(ends.0)
      throw Self.failure("it cannot be started", error)
    }
    socket = ends.0
    var limit = timeval(tv_sec: Int(Self.patience / 1_000), tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    guard try next().type == "program" else { throw Self.failure("it did not introduce itself", nil) }
  }

  deinit {
    close(socket)
    kill(process, SIGKILL)
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
  }

  /// The tags of one source; the language follows from `fileName`.
  func tags(fileName: String, source: [UInt8]) throws -> [CtagsTag] {
    let request = Request(command: "generate-tags", filename: fileName, size: source.count)
    try send(Array(try JSONEncoder().encode(request)) + [0x0A])
    try send(source)
    var tags: [CtagsTag] = []
    while true {
      let answer = try next()
      switch answer.type {
      case "tag": tags.append(answer)
      case "completed": return tags
      case "error": throw Self.failure(answer.message ?? "it reported an error", nil)
      default: break
      }
    }
  }

  private struct Request: Encodable {
    let command: String
    let filename: String
    let size: Int
  }

  private func send(_ bytes: [UInt8]) throws {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { raw in
        Glibc.send(socket, raw.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw Self.failure("it no longer reads", SystemCallFailure("send", "ctags"))
      }
      sent += count
    }
  }

  private func next() throws -> CtagsTag {
    let line = try nextLine()
    do {
      return try decoder.decode(CtagsTag.self, from: Data(line))
    } catch {
      throw Self.failure("it wrote something other than JSON", error)
    }
  }

  private func nextLine() throws -> ArraySlice<UInt8> {
    var searched = 0
    while true {
      if let end = pending[searched...].firstIndex(of: 0x0A) {
        let line = pending[..<end]
        pending = Array(pending[(end + 1)...])
        return line
      }
      searched = pending.count
      try receive()
    }
  }

  private func receive() throws {
    var wait = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
    let ready = poll(&wait, 1, Self.patience)
    if ready == 0 { throw Self.failure("it gave no answer within \(Self.patience / 1_000) s", nil) }
    if ready < 0, errno == EINTR { return }
    let size = 1 << 16
    let old = pending.count
    pending.append(contentsOf: repeatElement(0, count: size))
    let count = pending.withUnsafeMutableBytes { recv(socket, $0.baseAddress?.advanced(by: old), size, 0) }
    pending.removeLast(size - max(0, count))
    if count == 0 { throw Self.failure("it ended", nil) }
    if count < 0, errno != EINTR { throw Self.failure("it cannot be read from", SystemCallFailure("recv", "ctags")) }
  }

  private static func failure(_ reason: String, _ underlying: (any Error)?) -> IndexingError {
    IndexingError(
      .ctagsFailure, "Universal Ctags failed: \(reason). Install universal-ctags, or turn ctags off.",
      underlying: underlying)
  }
}
