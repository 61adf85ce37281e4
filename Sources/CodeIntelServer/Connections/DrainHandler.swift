import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Ends one connection without losing what its client wrote.
///
/// While the service ends, the answer to the last request that was read says `Connection: close`, and after it the sending
/// side is closed; the rest when the client has closed its own, so that no unread byte makes the system reset what it has not
/// delivered. A connection without a request, also one that was never read from, is kept for its first or next one until
/// it has been quiet for a while. The framework's own handler would close it at once.
final class DrainHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private let drain: ConnectionDrain
  private let quietTime: TimeAmount
  /// Requests whose head was read and whose answer is not written.
  private var requests = 0
  /// Whether the answer that is being written is the last one.
  private var isLast = false
  /// Whether the last answer is written: nothing that comes now is read.
  private var hasEnded = false
  private var timer: Scheduled<Void>?

  init(_ drain: ConnectionDrain, quietTime: TimeAmount) {
    self.drain = drain
    self.quietTime = quietTime
  }

  func channelActive(context: ChannelHandlerContext) {
    drain.opened(context.channel)
    if drain.hasBegun { awaitQuiet(context) }
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    drain.closed(context.channel)
    timer?.cancel()
    context.fireChannelInactive()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard event is ChannelShouldQuiesceEvent else { return context.fireUserInboundEventTriggered(event) }
    if requests == 0 && timer == nil { awaitQuiet(context) }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !hasEnded else { return }
    if case .head = unwrapInboundIn(data) {
      requests += 1
      timer?.cancel()
      timer = nil
    }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head(var head) where head.status.kind != .informational && requests <= 1 && drain.isEnding:
      isLast = true
      head.headerFields[.connection] = "close"
      context.write(wrapOutboundOut(.head(head)), promise: promise)
    case .end:
      requests = max(0, requests - 1)
      guard isLast else {
        if requests == 0 && drain.hasBegun { awaitQuiet(context) }
        return context.write(data, promise: promise)
      }
      hasEnded = true
      let written = promise ?? context.eventLoop.makePromise(of: Void.self)
      let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
      written.futureResult.whenComplete { _ in bound.value.close(mode: .output, promise: nil) }
      context.write(data, promise: written)
      awaitQuiet(context)
    default: context.write(data, promise: promise)
    }
  }

  /// Closes the connection unless a request comes before the time is over.
  private func awaitQuiet(_ context: ChannelHandlerContext) {
    timer?.cancel()
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    timer = context.eventLoop.scheduleTask(in: quietTime) { bound.value.close(promise: nil) }
  }
}
