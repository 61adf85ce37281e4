import CodeIntel
import Embedding
import HTTPTypes
import HummingbirdTesting
import NIOCore
import ProblemDetails
import Retrieval
import Testing

@testable import CodeIntelServer

@Suite struct SearchRouteTests {
  @Test func `GET and POST give the same answer, whose contributions add up to the scores`() async throws {
    let world = try await ServerWorld()
    try await world.service.application().test(.router) { client in
      let byQuery = try await client.send(.get, "/search?q=water+the%20plants&limit=2").answer()
      let byBody = try await client.send(
        .post, "/search", headers: .json, body: #"{"query":"water the plants","limit":2}"#
      ).answer()
      #expect(byQuery.hits == byBody.hits)
      #expect(byQuery.hits.count == 2)
      #expect(byQuery.hits.first?.path == "Sources/Garden.swift")
      #expect(byQuery.query == "water the plants")
      #expect(byQuery.generation == 1)
      #expect(byQuery.limits.isEmpty)
      #expect(byQuery.stages.map(\.name).contains("hydration"))
      for hit in byQuery.hits {
        let sum = hit.contributions.reduce(0) { $0 + $1.contribution }
        #expect(abs(sum - hit.score) < 1e-9)
      }
    }
    try await world.engine.shutdown()
  }

  @Test func `without explain contributions and stages are empty`() async throws {
    let world = try await ServerWorld()
    try await world.service.application().test(.router) { client in
      let answer = try await client.send(.get, "/search?q=water&explain=false").answer()
      #expect(!answer.hits.isEmpty)
      #expect(answer.stages.isEmpty)
      #expect(answer.hits.allSatisfy { $0.contributions.isEmpty })
    }
    try await world.engine.shutdown()
  }

  @Test func `channels leave the others unasked and pages follow one another`() async throws {
    let world = try await ServerWorld()
    try await world.service.application().test(.router) { client in
      let words = try await client.send(.get, "/search?q=water&channels=bm25").answer()
      let states = Set(words.hits.flatMap(\.contributions).filter { $0.channel == "faiss" }.map(\.state))
      #expect(states == [.notAsked])
      let both = try await client.send(.get, "/search?q=water&limit=2").answer()
      let second = try await client.send(.get, "/search?q=water&limit=1&offset=1").answer()
      #expect(second.hits == [both.hits[1]])
      let listed = try await client.send(
        .post, "/search", headers: .json, body: #"{"query":"water","channels":["faiss","bm25"],"deadline":3600000}"#
      ).answer()
      #expect(listed.hits.count == both.hits.count || listed.hits.count > 2)
    }
    try await world.engine.shutdown()
  }

  @Test func `weights count for one request, and the contributions show them`() async throws {
    let world = try await ServerWorld()
    try await world.service.application().test(.router) { client in
      func weights(_ answer: SearchResponse) -> Set<String> {
        Set(answer.hits.flatMap(\.contributions).map { "\($0.channel) \($0.weight)" })
      }
      let shipped = try await client.send(.get, "/search?q=water").answer()
      let byQuery = try await client.send(.get, "/search?q=water&weights=bm25:3,faiss:0.25").answer()
      #expect(weights(byQuery) == ["bm25 3.0", "faiss 0.25"])
      #expect(
        byQuery.hits.allSatisfy { hit in abs(hit.contributions.reduce(0) { $0 + $1.contribution } - hit.score) < 1e-9 })
      #expect(byQuery.hits.first?.score != shipped.hits.first?.score)
      let one = try await client.send(
        .post, "/search", headers: .json, body: #"{"query":"water","weights":{"bm25":3}}"#
      ).answer()
      #expect(weights(one) == ["bm25 3.0", "faiss 1.0"])
      #expect(try await weights(client.send(.get, "/search?q=water").answer()) == weights(shipped))
    }
    try await world.engine.shutdown()
  }

  @Test func `the method of fusion counts for one request, and the contributions show the normalised scores`()
    async throws
  {
    let world = try await ServerWorld()
    try await world.service.application().test(.router) { client in
      let byQuery = try await client.send(.get, "/search?q=water&fusion=relative").answer()
      let byBody = try await client.send(
        .post, "/search", headers: .json, body: #"{"query":"water","fusion":"relative"}"#
      ).answer()
      #expect(byQuery.hits == byBody.hits)
      for part in byQuery.hits.flatMap(\.contributions) {
        #expect(part.k == nil)
        #expect((part.normalizedScore != nil) == (part.state == .returned))
      }
      #expect(byQuery.hits.first?.contributions.contains { $0.normalizedScore == 1 } == true)
      let usual = try await client.send(.get, "/search?q=water&fusion=rrf").answer()
      #expect(try await usual.hits == client.send(.get, "/search?q=water").answer().hits)
    }
    try await world.engine.shutdown()
  }

  @Test func `the constant of fusion counts for one request, by query and by body`() async throws {
    let world = try await ServerWorld()
    try await world.service.application().test(.router) { client in
      func constants(_ answer: SearchResponse) -> Set<Double> {
        Set(answer.hits.flatMap(\.contributions).compactMap(\.k))
      }
      #expect(try await constants(client.send(.get, "/search?q=water&k=60.5").answer()) == [60.5])
      let body = try await client.send(.post, "/search", headers: .json, body: #"{"query":"water","k":0.5}"#).answer()
      #expect(constants(body) == [0.5])
      #expect(try await constants(client.send(.get, "/search?q=water").answer()) == [FusionSettings.shippedK])
    }
    try await world.engine.shutdown()
  }

  @Test func `a search that lost a channel answers with a limit that shows no folder of the host`() async throws {
    let world = try await ServerWorld { factories in
      factories.embedder = { settings in
        throw EmbeddingError(.missingFile, "the weights are missing", path: settings.indexPath + "/model.safetensors")
      }
    }
    try await world.service.application().test(.router) { client in
      let answer = try await client.send(.get, "/search?q=water").answer()
      #expect(!answer.hits.isEmpty)
      let limit = try #require(answer.limits.first)
      #expect(limit.contains("model.safetensors"))
      #expect(!limit.contains(world.engine.settings.indexPath))
    }
    #expect(world.metrics.contains("search_degraded_total 1"))
    try await world.engine.shutdown()
  }

  @Test func `stages, hits and requests are counted`() async throws {
    let world = try await ServerWorld()
    try await world.service.application().test(.router) { client in
      _ = try await client.send(.get, "/search?q=water").answer()
      _ = try await client.send(.get, "/nowhere/at/all")
      _ = try await client.send(.init("BREW") ?? .get, "/search")
    }
    let metrics = world.metrics
    #expect(metrics.contains(#"retrieval_stage_seconds_count{stage="fusion"} 1"#))
    #expect(metrics.contains(#"retrieval_stage_seconds_bucket{stage="fusion",le="0.0001"}"#))
    #expect(metrics.contains("search_hits_count 1"))
    let name = "http_server_request_duration_seconds_count"
    #expect(
      metrics.contains(
        name + #"{http_request_method="GET",http_route="/search",http_response_status_code="200"} 1"#))
    #expect(metrics.contains(name + #"{http_request_method="GET",http_route="",http_response_status_code="404"} 1"#))
    #expect(metrics.contains(name + #"{http_request_method="_OTHER",http_route="",http_response_status_code="405"} 1"#))
    #expect(metrics.contains(#"http_server_response_problems_total{problem="method-not-allowed"} 1"#))
    #expect(metrics.contains("http_server_active_requests 0"))
    #expect(!metrics.contains("metrics_registry_dropped_handles_total{"))
    try await world.engine.shutdown()
  }
}
