import Foundation

/// A client on a thread of its own that asks again and again, until nobody listens any more.
///
/// Plain sockets: an HTTP library would try a request again that was not answered, and hide what is looked for.
final class BlockingClient: Sendable {
  /// What became of a client's requests.
  struct Outcome: Sendable {
    var answered = 0
    /// Requests that were written whole on a connection that was there, and not answered whole by 200.
    var lost: [String] = []
  }

  private let port: UInt16
  private let isPersistent: Bool
  private let target: String
  private let onAnswer: @Sendable () -> Void

  /// - Parameters:
  ///   - isPersistent: whether connections are used again until an answer says `Connection: close`.
  ///   - onAnswer: called after each whole answer.
  init(port: UInt16, isPersistent: Bool, target: String, onAnswer: @escaping @Sendable () -> Void) {
    self.port = port
    self.isPersistent = isPersistent
    self.target = target
    self.onAnswer = onAnswer
  }

  /// Asks until a connection is refused.
  func untilRefused() async -> Outcome {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { continuation.resume(returning: self.askOnAndOn()) }
    }
  }

  private func askOnAndOn() -> Outcome {
    var outcome = Outcome()
    while let connection = connect() {
      defer { close(connection) }
      while true {
        let answer = ask(on: connection)
        if answer.isWhole && answer.head.hasPrefix("HTTP/1.1 200 ") {
          outcome.answered += 1
          onAnswer()
        } else {
          outcome.lost.append("\(isPersistent ? "kept" : "new") connection: '\(answer.head.prefix(60))' \(answer.end)")
          break
        }
        if !isPersistent || answer.head.lowercased().contains("\r\nconnection: close") { break }
      }
    }
    return outcome
  }

  private func connect() -> Int32? {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let result = withUnsafeBytes(of: &address) { bytes in
      Glibc.connect(descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, socklen_t(bytes.count))
    }
    guard result == 0 else {
      close(descriptor)
      return nil
    }
    return descriptor
  }

  private func ask(on connection: Int32) -> (head: String, isWhole: Bool, end: String) {
    let request = Array("GET \(target) HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)
    guard send(connection, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
      return ("", false, "not sent: errno \(errno)")
    }
    var received: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(connection, &part, part.count, 0)
      guard count > 0 else {
        return (String(decoding: received, as: UTF8.self), false, count == 0 ? "closed" : "errno \(errno)")
      }
      received += part[..<count]
      let text = String(decoding: received, as: UTF8.self)
      guard let end = text.range(of: "\r\n\r\n") else { continue }
      let head = text[..<end.lowerBound]
      let length = head.lowercased().split(separator: "content-length: ").last.flatMap {
        Int($0.prefix { $0.isNumber })
      }
      if text[end.upperBound...].utf8.count >= length ?? .max { return (String(head), true, "") }
    }
  }
}
