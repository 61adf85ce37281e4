import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The smallest HTTP server that a scraper accepts, on a free port of the loopback: one request a connection.
public final class MetricsEndpoint: @unchecked Sendable {
  // @unchecked: the listening socket is set once; nothing else is kept.
  /// What a request is answered with.
  public struct Answer: Sendable {
    /// The value of Content-Type.
    public var contentType: String
    /// The body.
    public var body: [UInt8]

    /// An answer with status 200.
    public init(contentType: String, body: [UInt8]) {
      self.contentType = contentType
      self.body = body
    }
  }

  private let socket: Int32
  /// The port.
  public let port: UInt16

  /// Listens, and answers each request by its Accept header, on a thread of its own; nil when no socket can be had.
  public init?(_ answer: @escaping @Sendable (_ accept: String?) -> Answer) {
    guard let (socket, port) = Self.listening() else { return nil }
    self.socket = socket
    self.port = port
    let thread = Thread {
      while true {
        let connection = accept(socket, nil, nil)
        guard connection >= 0 else { return }
        Self.serve(connection, answer)
        close(connection)
      }
    }
    thread.start()
  }

  /// Ends the server.
  public func stop() {
    shutdown(socket, Int32(SHUT_RDWR))
    close(socket)
  }

  /// A port that was free a moment ago.
  public static func freePort() -> UInt16? {
    guard let (socket, port) = listening() else { return nil }
    close(socket)
    return port
  }

  private static func listening() -> (socket: Int32, port: UInt16)? {
    let descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { return nil }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(descriptor, address, length) == 0 && listen(descriptor, 16) == 0
          && getsockname(descriptor, address, &length) == 0
      }
    }
    guard bound else {
      close(descriptor)
      return nil
    }
    return (descriptor, UInt16(bigEndian: address.sin_port))
  }

  private static func serve(_ connection: Int32, _ answer: (String?) -> Answer) {
    var head: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while !head.suffix(4).elementsEqual("\r\n\r\n".utf8), head.count < 65_536 {
      let count = read(connection, &buffer, buffer.count)
      guard count > 0 else { return }
      head.append(contentsOf: buffer[..<count])
    }
    let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n")
    let accept = lines.first { $0.lowercased().hasPrefix("accept:") }.map {
      $0.dropFirst(7).trimmingCharacters(in: .whitespaces)
    }
    let answer = answer(accept)
    let answerHead =
      "HTTP/1.1 200 OK\r\nContent-Type: \(answer.contentType)\r\nContent-Length: \(answer.body.count)\r\n"
      + "Connection: close\r\n\r\n"
    var rest = (Array(answerHead.utf8) + answer.body)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }
}
