import Logging
import ProblemDetails

/// Keeps the books of messages that are refused below the router: an identity, a line and a count, as for any request.
///
/// Neither method nor path is known of them, and no time is told: they count as `_OTHER`, without a route, at once.
struct MessageRefusals: Sendable {
  let metrics: RequestMetrics
  let logger: Logger

  /// Notes a refusal and gives it the identity that its answer has.
  func note(_ problem: ProblemDetails, remote: String?) -> String {
    let id = RequestIdentity.new()
    var logger = logger
    logger[metadataKey: "request_id"] = "\(id)"
    let exchange = FinishedExchange(
      method: "_OTHER", path: "", route: "", status: problem.status ?? 400, problem: problem, remote: remote,
      duration: .zero)
    metrics.begin()
    metrics.end(exchange)
    AccessLog.write(exchange, isProbe: false, to: logger)
    return id
  }
}
