import CodeIntel
import ExternalTools
import Testing

@testable import CodeIntelServer

/// What the running service exposes after real work, as Debian's promtool sees it.
@Suite(.enabled(if: ExternalTool.promtool != nil, "promtool is not installed: run \(ExternalTool.provider)"))
struct LiveExpositionTests {
  @Test func `after searches, refusals and administration, promtool has nothing to complain of`() async throws {
    let promtool = try #require(ExternalTool.promtool)
    let world = try await ServerWorld()
    try await RunningService.with(world) { running in
      let client = SimpleClient(port: running.port)
      #expect(try await client.send("GET", "/search?q=water").status == 200)
      #expect(try await client.send("GET", "/search").status == 422)
      #expect(try await client.send("GET", "/nowhere").status == 404)
      let exposition = try await client.send("GET", "/metrics")
      #expect(exposition.status == 200)
      let text = String(decoding: exposition.body, as: UTF8.self)
      #expect(text.contains("http_server_response_problems_total"))
      let verdict = try await promtool.run(["check", "metrics"], input: exposition.body)
      #expect(verdict.status == 0, "\(verdict.output)")
      #expect(verdict.output.isEmpty)
    }
    try await world.engine.shutdown()
  }
}
