import HTTPTypes
import Hummingbird
import Lifespan
import NIOCore
import ProblemDetails
import PrometheusMetrics

/// Probes and scrapes. They wait for nothing: no cell, no gate, no lock that is held for long.
struct HealthRoutes: Sendable {
  let readiness: Readiness
  let registry: PrometheusRegistry

  var routes: [Route] {
    [
      Route(.get, "/healthz", kind: .probe) { request, _ in alive(request) },
      Route(.get, "/livez", kind: .probe) { request, _ in alive(request) },
      Route(.get, "/readyz", kind: .probe) { request, _ in try ready(request) },
      Route(.get, "/metrics", kind: .probe) { request, _ in metrics(request) },
    ]
  }

  /// The process answers, so it lives; no dependency is looked at.
  private func alive(_ request: Request) -> Response {
    wantsText(request) ? text("ok", .ok) : JSONBody.response(["status": "ok"])
  }

  private func ready(_ request: Request) throws -> Response {
    let pairs = try QueryString.parse(query(of: request))
    let excluded = Set(
      pairs.filter { $0.name == "exclude" }.flatMap { $0.value.split(separator: ",").map(String.init) })
    let report = readiness.report(excluding: excluded).forClients
    if wantsText(request) { return text(report.text, report.isReady ? .ok : .serviceUnavailable) }
    guard let failure = report.failure else { return JSONBody.response(.object(report.problemMembers)) }
    throw NotReady(failure: failure, report: report)
  }

  private func metrics(_ request: Request) -> Response {
    let format = ExpositionFormat.negotiated(accept: request.headers[.accept])
    return Response(
      status: .ok, headers: [.contentType: format.contentType],
      body: .init(byteBuffer: ByteBuffer(bytes: registry.snapshot().encoded(as: format))))
  }

  /// `?verbose`, or an `Accept` that prefers text to JSON.
  private func wantsText(_ request: Request) -> Bool {
    let names = query(of: request).split(separator: "&").map { $0.prefix { $0 != "=" } }
    return names.contains("verbose")
      || Negotiation.choose(["application/json", "text/plain"], for: request) == "text/plain"
  }

  private func query(of request: Request) -> Substring {
    (request.head.path ?? "").split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
  }

  private func text(_ body: String, _ status: HTTPResponse.Status) -> Response {
    var headers: HTTPFields = [.contentType: "text/plain; charset=utf-8"]
    if status == .serviceUnavailable { headers[.retryAfter] = "1" }
    return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: body)))
  }
}
