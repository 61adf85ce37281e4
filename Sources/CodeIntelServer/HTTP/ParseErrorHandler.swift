import HTTPTypes
import HummingbirdCore
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import ProblemDetails

/// Tells a message that breaks HTTP's own grammar as a problem too.
///
/// The framework answers such a message below its router, by a bare 400, and closes the connection; this one, next to the
/// socket, knows the reason and gives that answer its problem.
final class ParseErrorHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private let refusals: MessageRefusals
  private var reason: HTTPParserError?
  /// The body that goes out before the end of the answer in hand.
  private var body: ByteBuffer?

  init(_ refusals: MessageRefusals) { self.refusals = refusals }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if let error = error as? HTTPParserError { reason = error }
    context.fireErrorCaught(error)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head(let head) where reason != nil && head.status == .badRequest && head.headerFields[.contentType] == nil:
      let address = context.remoteAddress
      let (told, body) = answer(to: reason, remote: address?.ipAddress ?? address?.pathname)
      self.body = body
      context.write(wrapOutboundOut(.head(told)), promise: promise)
    case .end(let trailers):
      if let body {
        self.body = nil
        context.write(wrapOutboundOut(.body(body)), promise: nil)
      }
      context.write(wrapOutboundOut(.end(trailers)), promise: promise)
    default: context.write(data, promise: promise)
    }
  }

  private func answer(to reason: HTTPParserError?, remote: String?) -> (HTTPResponse, ByteBuffer) {
    let error =
      reason == .headerOverflow
      ? ServerError(.headerFieldsTooLarge, "The header fields of the request are larger than is accepted.")
      : ServerError(.malformedMessage, "The request is no HTTP/1.1 message: \(reason.map { "\($0)" } ?? "").")
    let problem = ProblemDetails(error)
    let headers: HTTPFields = [
      .connection: "close", .contentTypeOptions: "nosniff", .xRequestID: refusals.note(problem, remote: remote),
    ]
    let body = ByteBuffer(bytes: (try? problem.encoded()) ?? [])
    return (ProblemMapper.response(problem, headers: headers).head, body)
  }
}
