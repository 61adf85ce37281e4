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
  /// Two answers that the program does not expect by itself are right: 504 to who wants an answer within a millisecond, and
  /// 414 or 431 to a question that is too long for a URI.
  private static let configuration = """
    [checks]
    not_a_server_error.expected-statuses = ["2xx", "3xx", "4xx", "504"]
    negative_data_rejection.expected-statuses = ["400", "401", "403", "404", "405", "414", "415", "422", "429", "431", "504"]

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
      // It keeps notes in the folder it runs in. The stream of events has no end, so it must not wait for that.
      let program = """
        import os, runpy, sys
        os.chdir(sys.argv.pop(1))
        runpy.run_module("schemathesis.cli", run_name="__main__")
        """
      return try await schemathesis.run([
        "-c", program, folder.path, "--config-file", configuration.path, "run",
        "http://127.0.0.1:\(running.port)/openapi.json", "--exclude-path", "/events", "--checks", "all",
        "--phases", "examples,coverage,fuzzing", "--max-examples", "25", "--seed", "1", "--workers", "1",
        "-H", "Authorization: Bearer \(ServerWorld.token)", "--suppress-health-check", "all", "--request-timeout", "30",
        "--no-color",
      ])
    }
    let shown = result.output.split(separator: "\n").map { $0.prefix(300) }.joined(separator: "\n")
    #expect(result.status == 0, "\(shown)")
    #expect(!world.metrics.contains(#"http_response_status_code="500""#))
    try await world.engine.shutdown()
  }
}
