import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Bounds the rest of a body that nobody reads.
///
/// A route that needs no body, or refuses one early, answers while the body may still be on its way. The framework then
/// waits for its end, however long that takes, and each part counts as activity: a client that sends a byte now and then
/// would hold its connection for ever. After the answer the rest may have a number of bytes and a time; then the connection
/// is closed. It is closed for sending first, and what still comes is dropped until the time is over, so that no unread byte
/// makes the system take the answer back.
final class UnreadBodyHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private let maximumBytes: Int
  private let time: TimeAmount
  /// Requests whose head was read and whose answer is not written.
  private var requests = 0
  /// Whether the body of the last request has not ended.
  private var isOpen = false
  /// Bytes that came after the answer; nil when the answer is not written yet.
  private var unread: Int?
  private var hasEnded = false
  private var timer: Scheduled<Void>?

  /// - Parameters:
  ///   - maximumBytes: how much may still come after the answer.
  ///   - time: how long that may take.
  init(maximumBytes: Int, time: TimeAmount) {
    self.maximumBytes = maximumBytes
    self.time = time
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !hasEnded else { return }
    switch unwrapInboundIn(data) {
    case .head:
      requests += 1
      isOpen = true
    case .body(let bytes):
      guard let soFar = unread else { break }
      unread = soFar + bytes.readableBytes
      guard soFar + bytes.readableBytes <= maximumBytes else { return end(context) }
    case .end:
      isOpen = false
      forget()
    }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if case .end = unwrapOutboundIn(data) {
      requests = max(0, requests - 1)
      if requests == 0 && isOpen {
        unread = 0
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(in: time) { bound.value.close(promise: nil) }
      }
    }
    context.write(data, promise: promise)
  }

  func channelInactive(context: ChannelHandlerContext) {
    forget()
    context.fireChannelInactive()
  }

  private func end(_ context: ChannelHandlerContext) {
    hasEnded = true
    context.close(mode: .output, promise: nil)
  }

  private func forget() {
    unread = nil
    timer?.cancel()
    timer = nil
  }
}
