import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Tells a client that waits for leave to send its body that it may (`Expect: 100-continue`, RFC 9110 section 10.1.1).
///
/// It stands next to the socket, so that nothing behind it takes this for the answer. While an earlier request of the same
/// connection is unanswered nothing is said, because the leave would look like the end of that answer: who waits sends
/// the body after a while anyway.
final class ExpectHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  /// Requests whose head was read and whose answer is not written.
  private var requests = 0

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if case .head(let head) = unwrapInboundIn(data) {
      requests += 1
      if requests == 1, head.headerFields[.expect]?.lowercased() == "100-continue" {
        context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
      }
    }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if case .end = unwrapOutboundIn(data) { requests = max(0, requests - 1) }
    context.write(data, promise: promise)
  }
}
