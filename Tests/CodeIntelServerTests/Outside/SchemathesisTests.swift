import CodeIntel
import ExternalTools
import Foundation
import Testing

@testable import CodeIntelServer

/// The OpenAPI document against the running service, by a program of somebody else's that makes up requests, good and bad.
@Suite(
  .enabled(
    if: ExternalTool.python(importing: "schemathesis") != nil,
    "schemathesis is not installed: run \(ExternalTool.provider)"))
struct SchemathesisTests {
  /// A 504 is the right answer to who asks for an answer within a millisecond; any other status of 500 and above is not.
  private static let configuration = """
    [checks]
    not_a_server_error.expected-statuses = ["2xx", "3xx", "4xx", "504"]

    """

  @Test func `no request that it makes up finds a server error or an undocumented answer`() async throws {
    let schemathesis = try #require(ExternalTool.python(importing: "schemathesis"))
    let world = try await ServerWorld()
    let folder = FileManager.default.temporaryDirectory.appending(path: "schemathesis-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let configuration = folder.appending(path: "schemathesis.toml")
    try Data(Self.configuration.utf8).write(to: configuration)
    let result = try await RunningService.with(world) { running in
      // The stream of events has no end, so no client that waits for one may ask for it.
      try await schemathesis.run([
        "-m", "schemathesis.cli", "--config-file", configuration.path, "run",
        "http://127.0.0.1:\(running.port)/openapi.json", "--exclude-path", "/events", "--checks", "all",
        "--phases", "examples,coverage,fuzzing", "--max-examples", "25", "--seed", "1", "--workers", "1",
        "-H", "Authorization: Bearer \(ServerWorld.token)", "--suppress-health-check", "all", "--request-timeout", "30",
        "--no-color",
      ])
    }
    #expect(result.status == 0, "\(result.output.suffix(12_000))")
    #expect(!world.metrics.contains(#"http_response_status_code="500""#))
    try await world.engine.shutdown()
  }
}
