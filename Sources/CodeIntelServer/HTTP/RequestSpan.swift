import HTTPTypes
import Tracing

/// The span of one request, below the one that `traceparent` names.
struct RequestSpan: Sendable {
  private let span: any Span

  init(_ tracer: any Tracer, request: HTTPRequest) {
    var context = InstrumentationContext.topLevel
    tracer.extract(request.headerFields, into: &context, using: HeaderExtractor())
    span = tracer.startSpan(request.method.rawValue, context: context, ofKind: .server)
    span.attributes["http.request.method"] = request.method.rawValue
    span.attributes["url.path"] = RouteTable.path(of: request)
  }

  /// The context for work below this span.
  var context: InstrumentationContext { span.context }

  func end(_ exchange: FinishedExchange) {
    if !exchange.route.isEmpty {
      span.operationName = "\(exchange.method) \(exchange.route)"
      span.attributes["http.route"] = exchange.route
    }
    span.attributes["http.response.status_code"] = Int64(exchange.status)
    if let slug = exchange.problemSlug { span.attributes["error.type"] = slug }
    if exchange.status >= 500 { span.setStatus(SpanStatus(code: .error)) }
    span.end()
  }
}

/// Reads header fields for a tracer.
private struct HeaderExtractor: Extractor {
  func extract(key: String, from carrier: HTTPFields) -> String? {
    HTTPField.Name(key).flatMap { carrier[$0] }
  }
}
