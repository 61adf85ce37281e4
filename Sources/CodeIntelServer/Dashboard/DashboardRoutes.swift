import HTTPTypes
import Hummingbird
import NIOCore

/// The dashboard: three static files that are part of the program, the stream its table lives on, and the description
/// of the service.
struct DashboardRoutes: Sendable {
  let events: CellEventStream
  let description: ServiceDescription

  var routes: [Route] {
    [
      file("/", PackageResources.index_html, "text/html; charset=utf-8"),
      file("/assets/dashboard.css", PackageResources.dashboard_css, "text/css; charset=utf-8"),
      file("/assets/dashboard.js", PackageResources.dashboard_js, "text/javascript; charset=utf-8"),
      file("/openapi.json", description.json, JSONBody.mediaType),
      Route(.get, "/events", kind: .probe) { _, _ in try events.response() },
    ]
  }

  private func file(_ path: String, _ bytes: [UInt8], _ type: String) -> Route {
    let buffer = ByteBuffer(bytes: bytes)
    return Route(.get, path) { _, _ in
      Response(
        status: .ok,
        headers: [
          .contentType: type, .contentSecurityPolicy: PageSecurity.policy, .referrerPolicy: "no-referrer",
          .cacheControl: "no-cache",
        ], body: .init(byteBuffer: buffer))
    }
  }
}
