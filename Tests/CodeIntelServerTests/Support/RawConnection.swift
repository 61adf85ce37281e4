import NIOCore
import NIOPosix

/// A TCP connection that sends and receives bytes as they are: for what no HTTP client would send.
struct RawConnection: Sendable {
  private let channel: any Channel
  private let received: AsyncStream<String>

  static func open(port: Int) async throws -> RawConnection {
    let (stream, continuation) = AsyncStream<String>.makeStream()
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelOption(ChannelOptions.allowRemoteHalfClosure, value: true)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Collector(continuation))
        }
      }
      .connect(host: "127.0.0.1", port: port).get()
    return RawConnection(channel: channel, received: stream)
  }

  func send(_ text: String) async throws {
    try await channel.writeAndFlush(ByteBuffer(string: text))
  }

  func send(bytes: [UInt8]) async throws { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)) }

  /// Ends the sending side; answers can still be read.
  func finishSending() async throws { try await channel.close(mode: .output) }

  func close() async throws { try await channel.close() }

  /// All text until the server closes its side.
  func textUntilClosed() async -> String {
    var text = ""
    for await part in received { text += part }
    return text
  }

  /// Text until it holds `marker` this often, or the server closes its side.
  func text(until marker: String, times: Int = 1) async -> String {
    var text = ""
    for await part in received {
      text += part
      if text.split(separator: marker, omittingEmptySubsequences: false).count > times { break }
    }
    return text
  }

  private final class Collector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let continuation: AsyncStream<String>.Continuation

    init(_ continuation: AsyncStream<String>.Continuation) { self.continuation = continuation }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      continuation.yield(String(buffer: unwrapInboundIn(data)))
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
      if let event = event as? ChannelEvent, event == .inputClosed { continuation.finish() }
    }

    func channelInactive(context: ChannelHandlerContext) { continuation.finish() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { continuation.finish() }
  }
}
