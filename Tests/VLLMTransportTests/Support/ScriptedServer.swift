import Foundation
import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// An HTTP server on loopback whose every answer, down to the bytes, is the test's.
final class ScriptedServer: Sendable {
  struct Request: Sendable {
    var method: String
    var path: String
    var headers: [String: String]
    var body: [UInt8]
    /// Number of the connection, counted from 0.
    var connection: Int
  }

  enum Reply: Sendable {
    case answer(Int, String, headers: [String: String] = [:])
    /// These bytes and, if asked for, the end of the connection.
    case raw(String, closes: Bool)
    /// Never answers.
    case hang
    /// Closes without a byte.
    case drop
    /// A correct answer, after which the connection is closed although it said keep-alive.
    case answerThenDrop(Int, String)
  }

  typealias Script = @Sendable (Request) -> Reply

  private struct State {
    var requests: [Request] = []
    var connections = 0
    var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
  }

  let port: Int
  private let channel: any Channel
  private let state: NIOLockedValueBox<State>

  /// Listens on a free port; `tls` makes it speak TLS.
  init(tls: TLSConfiguration? = nil, _ script: @escaping Script) async throws {
    let state = NIOLockedValueBox(State())
    self.state = state
    let context = try tls.map { try NIOSSLContext(configuration: $0) }
    channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let number = state.withLockedValue { state in
            defer { state.connections += 1 }
            return state.connections
          }
          let pipeline = channel.pipeline.syncOperations
          if let context { try pipeline.addHandler(NIOSSLServerHandler(context: context)) }
          try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)))
          try pipeline.addHandler(
            Handler(number) { request in
              Self.note(request, state)
              return script(request)
            })
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    port = channel.localAddress?.port ?? 0
  }

  var url: String { "http://127.0.0.1:\(port)" }
  var requests: [Request] { state.withLockedValue { $0.requests } }
  var connections: Int { state.withLockedValue { $0.connections } }

  /// Returns when `count` requests have come.
  func received(_ count: Int) async {
    await withCheckedContinuation { continuation in
      let isThere = state.withLockedValue { state in
        if state.requests.count >= count { return true }
        state.watchers.append((count, continuation))
        return false
      }
      if isThere { continuation.resume() }
    }
  }

  func stop() async { try? await channel.close() }

  private static func note(_ request: Request, _ state: NIOLockedValueBox<State>) {
    let reached = state.withLockedValue { state in
      state.requests.append(request)
      let count = state.requests.count
      let reached = state.watchers.filter { $0.count <= count }.map(\.continuation)
      state.watchers.removeAll { $0.count <= count }
      return reached
    }
    for continuation in reached { continuation.resume() }
  }
}

private final class Handler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = ByteBuffer

  private let connection: Int
  private let script: (ScriptedServer.Request) -> ScriptedServer.Reply
  private var request: ScriptedServer.Request?

  init(_ connection: Int, _ script: @escaping (ScriptedServer.Request) -> ScriptedServer.Reply) {
    self.connection = connection
    self.script = script
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      let headers = Dictionary(head.headers.map { ($0.name.lowercased(), $0.value) }) { first, _ in first }
      request = ScriptedServer.Request(
        method: head.method.rawValue, path: head.uri, headers: headers, body: [], connection: connection)
    case .body(let bytes): request?.body += Array(bytes.readableBytesView)
    case .end:
      guard let request else { return }
      self.request = nil
      perform(script(request), context)
    }
  }

  // A client that gives up is no failure of the server's.
  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func perform(_ reply: ScriptedServer.Reply, _ context: ChannelHandlerContext) {
    switch reply {
    case .answer(let status, let body, let headers): write(Self.response(status, body, headers), false, context)
    case .answerThenDrop(let status, let body): write(Self.response(status, body, [:]), true, context)
    case .raw(let text, let closes): write(text, closes, context)
    case .hang: break
    case .drop: context.close(promise: nil)
    }
  }

  private func write(_ text: String, _ closes: Bool, _ context: ChannelHandlerContext) {
    let promise = context.eventLoop.makePromise(of: Void.self)
    let channel = context.channel
    if closes { promise.futureResult.whenComplete { _ in channel.close(promise: nil) } }
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: promise)
  }

  static func response(_ status: Int, _ body: String, _ headers: [String: String]) -> String {
    var text = "HTTP/1.1 \(status) \(HTTPResponseStatus(statusCode: status).reasonPhrase)\r\n"
    text += "content-length: \(body.utf8.count)\r\nconnection: keep-alive\r\n"
    for (name, value) in headers { text += "\(name): \(value)\r\n" }
    return text + "\r\n" + body
  }
}
