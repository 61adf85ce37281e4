import NIOCore
import PrometheusMetrics

/// Tells those who work for a client that it is gone.
///
/// The framework tells the end of a connection only to handlers that read the body on and on, and closes the connection
/// after them. This watches the connection itself, so that the next request can follow on it.
final class ClientWatch: Sendable {
  private struct Connection {
    var isGone = false
    var next = 0
    var actions: [Int: @Sendable () -> Void] = [:]
  }

  private let connections = Locked<[ObjectIdentifier: Connection]>([:])

  /// Calls `action` when the client of a connection is gone: at once if it is already, never if the connection is not
  /// watched. Forget it with the token.
  func whenGone(_ channel: any Channel, _ action: @escaping @Sendable () -> Void) -> Int? {
    let id = ObjectIdentifier(channel)
    let (token, isGone) = connections.withLock { connections -> (Int?, Bool) in
      guard var connection = connections[id] else { return (nil, false) }
      guard !connection.isGone else { return (nil, true) }
      let token = connection.next
      connection.next += 1
      connection.actions[token] = action
      connections[id] = connection
      return (token, false)
    }
    if isGone { action() }
    return token
  }

  func forget(_ channel: any Channel, _ token: Int?) {
    guard let token else { return }
    connections.withLock { _ = $0[ObjectIdentifier(channel)]?.actions.removeValue(forKey: token) }
  }

  /// How many connections are watched: those that are open.
  var count: Int { connections.withLock { $0.count } }

  fileprivate func opened(_ channel: any Channel) {
    connections.withLock { $0[ObjectIdentifier(channel)] = Connection() }
  }

  fileprivate func gone(_ channel: any Channel) {
    let actions = connections.withLock { connections in
      defer {
        connections[ObjectIdentifier(channel)]?.isGone = true
        connections[ObjectIdentifier(channel)]?.actions = [:]
      }
      return connections[ObjectIdentifier(channel)]?.actions.values.map { $0 } ?? []
    }
    for action in actions { action() }
  }

  fileprivate func closed(_ channel: any Channel) {
    gone(channel)
    connections.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(channel)) }
  }
}

/// One for each connection: a half-closed one counts as gone, as most proxies see it.
final class ClientWatchHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = NIOAny

  private let watch: ClientWatch

  init(_ watch: ClientWatch) { self.watch = watch }

  func handlerAdded(context: ChannelHandlerContext) { watch.opened(context.channel) }

  func handlerRemoved(context: ChannelHandlerContext) { watch.closed(context.channel) }

  func channelInactive(context: ChannelHandlerContext) {
    watch.closed(context.channel)
    context.fireChannelInactive()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if let event = event as? ChannelEvent, event == .inputClosed { watch.gone(context.channel) }
    context.fireUserInboundEventTriggered(event)
  }
}
