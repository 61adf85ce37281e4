import HTTPTypes
import Hummingbird

/// All routes: what the router is made from, what `Allow` is answered from, and what the OpenAPI document is checked against.
struct RouteTable: Sendable {
  let routes: [Route]
  private let shapes: [(segments: [Substring], methods: [String])]

  init(_ routes: [Route]) {
    self.routes = routes
    var methods: [String: [String]] = [:]
    for route in routes {
      methods[route.path, default: []].append(route.method.rawValue)
      if route.method == .get { methods[route.path, default: []].append("HEAD") }
    }
    shapes = methods.map { path, methods in (path.split(separator: "/"), methods.sorted()) }
  }

  /// The methods that a path has, sorted; none when no route fits.
  func methods(at path: String) -> [String] {
    let segments = path.split(separator: "/")
    return shapes.first { shape in
      shape.segments.count == segments.count
        && zip(shape.segments, segments).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
    }?.methods ?? []
  }

  /// Whether a template belongs to a route that only probes ask.
  func isProbe(_ template: String) -> Bool { routes.contains { $0.path == template && $0.kind == .probe } }

  /// The path of a request without its query.
  static func path(of request: HTTPRequest) -> String {
    let target = request.path ?? "/"
    return String(target.prefix { $0 != "?" && $0 != "#" })
  }

  /// A router over all routes, all of them behind the same middleware.
  func router(behind middleware: some RouterMiddleware<ServerContext>) -> Router<ServerContext> {
    let router = Router(context: ServerContext.self, options: [.autoGenerateHeadEndpoints])
    router.add(middleware: middleware)
    for route in routes {
      let pattern = route.path.split(separator: "/").map {
        $0.hasPrefix("{") ? ":" + $0.dropFirst().dropLast() : $0[...]
      }
      router.on(RouterPath("/" + pattern.joined(separator: "/")), method: route.method) { request, context in
        context.exchange.route = route.path
        return try await route.handler(request, context)
      }
    }
    return router
  }
}
