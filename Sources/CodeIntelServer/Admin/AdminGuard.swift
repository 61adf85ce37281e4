import HTTPTypes
import Hummingbird
import RuntimeCells

/// Who may administer: somebody on this host, not too often, with the token.
struct AdminGuard: Sendable {
  private let token: AdminToken?
  private let loopbackOnly: Bool
  private let limiter: RateLimiter

  init(token: AdminToken?, settings: ServerSettings, clock: CellClock) {
    self.token = token
    loopbackOnly = settings.adminLoopbackOnly
    limiter = RateLimiter(settings.adminRate, clock: clock)
  }

  /// The rate comes before the token, so that tokens cannot be tried quickly.
  ///
  /// - Throws: ``ServerError`` with `notLoopback`, `tooManyRequests`, `adminOff`, `unauthorized`.
  func check(_ request: Request, _ context: ServerContext) throws(ServerError) {
    guard !loopbackOnly || context.isLocal else {
      throw ServerError(.notLoopback, "Administration is open to the service's own host only.")
    }
    try limiter.admit()
    guard let token else {
      throw ServerError(.adminOff, "Administration is off: the service was started without an admin token file.")
    }
    let field = request.headers[.authorization] ?? ""
    let parts = field.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer", token.matches(parts[1]) else {
      let reason = field.isEmpty ? "" : ", error=\"invalid_token\""
      throw ServerError(
        .unauthorized, field.isEmpty ? "The request brought no token." : "The token is not the service's.",
        headers: [.wwwAuthenticate: "Bearer realm=\"codeintel admin\"\(reason)"])
    }
  }
}
