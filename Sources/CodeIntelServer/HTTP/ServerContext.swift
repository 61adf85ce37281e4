import Hummingbird
import NIOCore
import PrometheusMetrics

/// What the service knows of one request while it answers it.
struct ServerContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// The connection the request came by.
  let channel: any Channel
  /// The identity of the request, the client's own if it sent a usable one.
  var requestID = ""
  /// What the inner layers tell the outer ones.
  let exchange = Exchange()

  init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    channel = source.channel
  }

  /// The peer's address without its port; nil when there is none to tell.
  var remote: String? {
    guard let address = channel.remoteAddress else { return nil }
    return address.ipAddress ?? address.pathname
  }

  /// Whether the peer is on the service's own host: loopback, or a socket in the file system.
  var isLocal: Bool {
    guard let address = channel.remoteAddress else { return false }
    switch address {
    case .unixDomainSocket: return true
    case .v4: return address.ipAddress?.hasPrefix("127.") == true
    case .v6: return address.ipAddress == "::1" || address.ipAddress?.hasPrefix("::ffff:127.") == true
    }
  }

  /// Told from within, read by the middleware after the answer is made.
  final class Exchange: Sendable {
    private let state = Locked("")
    /// The template of the route that answers; empty when none fits.
    var route: String {
      get { state.withLock { $0 } }
      set { state.withLock { $0 = newValue } }
    }
  }
}
