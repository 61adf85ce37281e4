import HTTPTypes
import Hummingbird
import Logging
import ProblemDetails
import RuntimeCells
import Tracing

/// The outermost layer of every request: identity, span, the mapping of errors, metrics and the access log.
struct ExchangeMiddleware: RouterMiddleware {
  typealias Context = ServerContext

  let mapper: ProblemMapper
  let metrics: RequestMetrics
  let telemetry: ServerTelemetry
  let hosts: HostCheck
  let maximumURIBytes: Int
  let clock: CellClock

  func handle(
    _ request: Request, context: ServerContext, next: @concurrent (Request, ServerContext) async throws -> Response
  ) async throws -> Response {
    let start = clock.now
    let path = RouteTable.path(of: request.head)
    metrics.begin()
    var context = context
    context.requestID = RequestIdentity.of(request.head)
    context.logger = telemetry.logger
    context.logger[metadataKey: "request_id"] = "\(context.requestID)"

    let span = RequestSpan(telemetry.tracer, request: request.head)
    var problem: ProblemDetails?
    var response: Response
    do {
      response = try await InstrumentationContext.withValue(span.context) {
        try await withLogger(context.logger) { _ in
          try hosts.check(request.head, isProbe: mapper.routes.isProbe(path))
          try checkURI(request)
          try checkPath(path)
          return try await next(request, context)
        }
      }
    } catch {
      let (found, headers) = mapper.problem(for: error, of: request.head)
      problem = found
      response = ProblemMapper.response(found, headers: headers)
      InstrumentationContext.withValue(span.context) { report(error, as: found, context) }
    }
    finish(&response, request, context)

    let exchange = FinishedExchange(
      method: request.method.rawValue, path: path, route: context.exchange.route,
      status: response.status.code, problem: problem, remote: context.remote, duration: clock.now - start)
    span.end(exchange)
    metrics.end(exchange)
    InstrumentationContext.withValue(span.context) {
      AccessLog.write(exchange, isProbe: mapper.routes.isProbe(exchange.route), to: context.logger)
    }
    return response
  }

  private func checkURI(_ request: Request) throws {
    let length = request.head.path?.utf8.count ?? 0
    guard length <= maximumURIBytes else {
      throw ServerError(
        .uriTooLong, "Path and query have \(length) bytes; \(maximumURIBytes) are accepted. Use POST /search.",
        extensions: ["maximum_bytes": .integer(Int64(maximumURIBytes))])
    }
  }

  /// The router passes over empty segments, and who guards `/admin` by its beginning would not see `//admin`.
  private func checkPath(_ path: String) throws {
    guard path != "/", path.hasSuffix("/") || path.contains("//") else { return }
    throw ServerError.nothingAtPath
  }

  private func finish(_ response: inout Response, _ request: Request, _ context: ServerContext) {
    response.headers[.xRequestID] = context.requestID
    response.headers[.contentTypeOptions] = "nosniff"
    if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
    // The answer to HEAD is that to GET without its body, whatever it tells (RFC 9110 section 9.3.2).
    if request.method == .head { response = response.createHeadResponse() }
  }

  /// What the answer hides is in the log, under the same instance.
  private func report(_ error: any Error, as problem: ProblemDetails, _ context: ServerContext) {
    guard (problem.status ?? 500) >= 500, !(error is NotReady) else { return }
    let isFault = problem.status == 500
    context.logger.log(
      level: isFault ? .error : .warning, "request failed", error: error,
      metadata: ["problem_instance": "\(problem.instance ?? "")"])
  }
}
