import Logging
import ProblemDetails

/// One line a request. The query is left out: questions may hold what belongs into no log.
enum AccessLog {
  static func write(_ exchange: FinishedExchange, isProbe: Bool, to logger: Logger) {
    // A probe that is told "not ready" is a probe's daily business too; why it is not, cells and lifespan have logged.
    let quiet = isProbe && exchange.status != 500
    let level: Logger.Level = quiet ? .debug : ServerEvent.httpRequest.level
    guard logger.logLevel <= level else { return }
    var metadata: Logger.Metadata = [
      "method": "\(exchange.method)",
      "path": "\(exchange.path.prefix(512))",
      "route": "\(exchange.route)",
      "status": .stringConvertible(exchange.status),
      "duration_seconds": .stringConvertible(exchange.duration / .seconds(1)),
    ]
    if let remote = exchange.remote { metadata["remote"] = "\(remote)" }
    if let slug = exchange.problemSlug { metadata["problem"] = "\(slug)" }
    if let instance = exchange.problem?.instance { metadata["problem_instance"] = "\(instance)" }
    logger.log(level: level, "\(ServerEvent.httpRequest.name)", metadata: metadata)
  }
}
