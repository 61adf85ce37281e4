import CoreMetrics
import PrometheusMetrics

/// Counts requests. Handles are kept, so a request costs one dictionary look-up.
final class RequestMetrics: Sendable {
  private struct Key: Hashable {
    let method: String
    let route: String
    let status: Int
  }

  private static let knownMethods: Set<String> = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT",
  ]

  private let factory: PrometheusMetricsFactory
  private let timers = Locked<[Key: Timer]>([:])
  private let problems = Locked<[String: Counter]>([:])
  private let active: Meter

  init(registry: PrometheusRegistry) {
    factory = PrometheusMetricsFactory(registry: registry)
    active = Meter(label: ServerMetric.httpServerActiveRequests.name, factory: factory)
  }

  func begin() { active.increment() }

  /// Counts an answered request. A method that no client should send shares one label value, so that a scanner cannot
  /// make series.
  func end(_ exchange: FinishedExchange) {
    active.decrement()
    let name = Self.knownMethods.contains(exchange.method) ? exchange.method : "_OTHER"
    let key = Key(method: name, route: exchange.route, status: exchange.status)
    timer(key).recordNanoseconds(Int64(clamping: exchange.duration / .nanoseconds(1)))
    if let problem = exchange.problemSlug { counter(problem).increment() }
  }

  private func timer(_ key: Key) -> Timer {
    if let found = timers.withLock({ $0[key] }) { return found }
    let made = Timer(
      label: ServerMetric.httpServerRequestDurationSeconds.name,
      dimensions: [
        ("http_request_method", key.method), ("http_route", key.route),
        ("http_response_status_code", String(key.status)),
      ], factory: factory)
    timers.withLock { $0[key] = made }
    return made
  }

  private func counter(_ problem: String) -> Counter {
    if let found = problems.withLock({ $0[problem] }) { return found }
    let made = Counter(
      label: ServerMetric.httpServerResponseProblemsTotal.name, dimensions: [("problem", problem)], factory: factory)
    problems.withLock { $0[problem] = made }
    return made
  }
}

extension Int64 {
  fileprivate init(clamping value: Double) {
    self = value.isNaN ? 0 : value >= 0x1p63 ? .max : value <= 0 ? 0 : Int64(value)
  }
}
