import CodeIntel
import HTTPTypes
import Hummingbird
import Lifespan
import ProblemDetails
import Retrieval
import RuntimeCells
import Tracing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `GET /search` and `POST /search`.
struct SearchRoutes: Sendable {
  let engine: ApplicationContext
  let readiness: Readiness
  let admission: SearchAdmission
  let telemetry: SearchTelemetry
  let watch: ClientWatch
  let settings: ServerSettings
  let bounds: SearchParameters.Bounds
  let clock: CellClock

  var routes: [Route] {
    [
      Route(.get, "/search") { request, context in
        let query = (request.head.path ?? "").split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
        return try await answer(try SearchParameters(query: query, bounds: bounds), context)
      },
      Route(.post, "/search") { request, context in
        let body = try await JSONBody.bytes(of: request, limits: settings, clock: clock)
        return try await answer(try SearchParameters(body: body, bounds: bounds), context)
      },
    ]
  }

  private func answer(_ parameters: SearchParameters, _ context: ServerContext) async throws -> Response {
    // Before the preload is over a search would wait for it; while the service drains, requests are still answered.
    if readiness.phase < .ready, let failure = readiness.report().forClients.failure { throw failure }
    let start = clock.now
    let begin = DefaultTracerClock.now.nanosecondsSinceEpoch
    let expired: @Sendable (_ why: String) -> ServerError = { why in
      let milliseconds = Int64(parameters.deadline / .milliseconds(1))
      return ServerError(
        .deadlineExceeded, "The search did not end within \(milliseconds) ms.\(why)",
        extensions: ["deadline_ms": .integer(milliseconds)])
    }
    var response = try await BoundedWork.run(
      within: parameters.deadline, clock: clock, atEnd: { .failure(expired("")) },
      watch: { giveUp in
        let token = watch.whenGone(context.channel) {
          giveUp(ServerError(.clientClosedRequest, "The connection was closed before the answer was ready."))
        }
        return { watch.forget(context.channel, token) }
      }
    ) {
      try await admission.run {
        var request = parameters.request
        // Time in the queue is gone.
        request.deadline = parameters.deadline - (clock.now - start)
        do { return try await engine.search(request) } catch let error as RetrievalError
          where error.code == .deadlineExceeded
        { throw expired(" " + error.message) }
      }
    }
    telemetry.note(response, start: begin, now: DefaultTracerClock.now.nanosecondsSinceEpoch)
    return try encoded(&response, explain: parameters.explain)
  }

  /// Makes ready what the first search would find cold: the gate's cell and the encoder. No cell of the engine is touched.
  func warmUp() async throws {
    try await admission.run {}
    let part = ChannelContribution(channel: "none", state: .absent, weight: 0, k: 1)
    var response = SearchResponse(
      query: "", generation: 0,
      hits: [
        SearchHit(
          id: "", path: "", startLine: 1, endLine: 1, symbol: nil, language: "", score: 0, text: "",
          contributions: [part])
      ], stages: [StageTiming(name: "none", durationMilliseconds: 0, candidates: 0)], limits: [])
    _ = try encoded(&response, explain: true)
  }

  private func encoded(_ response: inout SearchResponse, explain: Bool) throws -> Response {
    response.limits = response.limits.map(HostPaths.removed)
    if !explain {
      response.stages = []
      for index in response.hits.indices { response.hits[index].contributions = [] }
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return JSONBody.response(Array(try encoder.encode(response)))
  }
}
