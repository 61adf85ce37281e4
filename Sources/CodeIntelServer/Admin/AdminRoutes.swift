import CellContract
import CodeIntel
import HTTPTypes
import Hummingbird
import Logging
import ProblemDetails
import RuntimeCells

/// `POST /admin/cells/{name}/{swap,close,prewarm}` and `POST /admin/index/swap`.
struct AdminRoutes: Sendable {
  let operations: CellOperations
  let access: AdminGuard
  let settings: ServerSettings
  let clock: CellClock

  var routes: [Route] {
    [
      route("/admin/cells/{name}/swap", "swap") { try await operations.swap($0, reason: $1) },
      route("/admin/cells/{name}/close", "close") { name, _ in try await operations.close(name) },
      route("/admin/cells/{name}/prewarm", "prewarm") { name, _ in try await operations.prewarm(name) },
      route("/admin/index/swap", "swap") { _, reason in try await operations.swapIndex(reason: reason) },
    ]
  }

  private func route(
    _ path: String, _ action: String,
    _ operate: @escaping @Sendable (_ cell: String, _ reason: String) async throws -> CellOperations.Outcome
  ) -> Route {
    Route(.post, path) { request, context in
      let cell = context.parameters.get("name") ?? CellName.hybrid
      var reason: String?
      do {
        try access.check(request, context)
        reason = try await self.reason(of: request)
        let outcome = try await operate(cell, reason ?? "admin request")
        audit(action, cell, 200, "ok", reason, outcome, context)
        return JSONBody.response(.object(outcome.members))
      } catch {
        let (problem, _) = ProblemMapper(routes: RouteTable([])).problem(for: error, of: request.head)
        let slug = ProblemCatalogue.type(forURI: problem.type)?.slug ?? ProblemType.internalError.slug
        audit(action, cell, problem.status ?? 500, slug, reason, nil, context)
        throw error
      }
    }
  }

  /// The body is optional: an object with a `reason` for the log.
  private func reason(of request: Request) async throws -> String? {
    let bytes = try await JSONBody.bytes(of: request, limits: settings, clock: clock, optional: true)
    guard !bytes.isEmpty else { return nil }
    var reader = ParameterReader(body: try JSONBody.object(bytes))
    let reason = reader.text("reason")
    if let reason, reason.count > 200 { reader.fault("reason", "has more than 200 characters") }
    try reader.finish(known: "reason")
    return reason
  }

  /// Who did what and why, refused attempts included. What somebody without the token calls a reason is not read.
  private func audit(
    _ action: String, _ cell: String, _ status: Int, _ outcome: String, _ reason: String?,
    _ result: CellOperations.Outcome?, _ context: ServerContext
  ) {
    var metadata: Logger.Metadata = [
      "action": "\(action)", "cell": "\(cell.prefix(64))", "status": .stringConvertible(status),
      "outcome": "\(outcome)",
    ]
    if let reason { metadata["reason"] = "\(reason)" }
    if let remote = context.remote { metadata["remote"] = "\(remote)" }
    for name in ["from", "to"] {
      if let value = result?.members[name]?.integerValue { metadata[name] = .stringConvertible(value) }
    }
    context.logger.log(
      level: ServerEvent.adminAction.level, "\(ServerEvent.adminAction.name)", metadata: metadata)
  }
}
