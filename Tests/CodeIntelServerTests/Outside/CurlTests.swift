import CodeIntel
import ExternalTools
import Foundation
import Lifespan
import Testing

@testable import CodeIntelServer

/// What a user with curl sees.
@Suite(.enabled(if: ExternalTool.named("curl") != nil, "curl is not installed: run \(ExternalTool.provider)"))
struct CurlTests {
  @Test func `probes speak by their status, and a search and a refusal by JSON`() async throws {
    let curl = try #require(ExternalTool.named("curl"))
    let world = try await ServerWorld(isReady: false)
    try await RunningService.with(world) { running in
      let base = "http://127.0.0.1:\(running.port)"
      func status(_ arguments: String...) async throws -> String {
        try await curl.run(
          ["--silent", "--output", "/dev/null", "--write-out", "%{http_code} %{content_type}"] + arguments
        )
        .output
      }
      let alive = try await status(base + "/healthz")
      #expect(alive == "200 application/json")
      #expect(try await status(base + "/readyz") == "503 application/problem+json")
      world.readiness.enter(.ready)
      #expect(try await status(base + "/readyz") == "200 application/json")
      #expect(try await status(base + "/search?q=water") == "200 application/json")
      #expect(try await status("--json", #"{"query":"water"}"#, base + "/search") == "200 application/json")
      #expect(try await status("--data", "query=water", base + "/search") == "415 application/problem+json")
      #expect(try await status("--request", "DELETE", base + "/search") == "405 application/problem+json")
      #expect(try await status("--head", base + "/") == "200 text/html; charset=utf-8")
      #expect(
        try await status(
          "--request", "POST", "--oauth2-bearer", ServerWorld.token, base + "/admin/cells/hybrid/prewarm")
          == "200 application/json")
      #expect(try await status("--path-as-is", base + "/../../etc/passwd") == "404 application/problem+json")
    }
    try await world.engine.shutdown()
  }
}
