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
  /// The file that everybody's runs in a checkout find by themselves: what it does not expect by itself is right there.
  private static let configuration = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "schemathesis.toml")

  @Test func `no request that it makes up finds a server error or an undocumented answer`() async throws {
    let schemathesis = try #require(ExternalTool.python(importing: "schemathesis"))
    let world = try await ServerWorld()
    let folder = FileManager.default.temporaryDirectory.appending(path: "schemathesis-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let result = try await RunningService.with(world) { running in
      // It keeps notes in the folder it runs in.
      let program = """
        import os, runpy, sys
        os.chdir(sys.argv.pop(1))
        runpy.run_module("schemathesis.cli", run_name="__main__")
        """
      // It gives up on a document that takes longer than 10 s, which no option changes: here all other tests run in the same
      // process, so that ours fetches it, without a limit, and hands it over as a file.
      let fetched = try await SimpleClient(port: running.port).send("GET", "/openapi.json")
      #expect(fetched.status == 200)
      let document = folder.appending(path: "openapi.json")
      try Data(fetched.body).write(to: document)
      return try await schemathesis.run([
        "-c", program, folder.path, "--config-file", Self.configuration.path, "run",
        document.path, "--url", "http://127.0.0.1:\(running.port)", "--checks", "all",
        "--phases", "examples,coverage,fuzzing", "--max-examples", "25", "--seed", "1", "--workers", "1",
        "-H", "Authorization: Bearer \(ServerWorld.token)", "--suppress-health-check", "all", "--no-color",
        // How fast an answer comes on a machine that runs all other tests is no matter of this one.
        "--request-timeout", "900", "--max-response-time", "900",
      ])
    }
    let shown = result.output.split(separator: "\n").map { $0.prefix(300) }.joined(separator: "\n")
    #expect(result.status == 0, "\(shown)")
    #expect(!world.metrics.contains(#"http_response_status_code="500""#))
    #expect(world.metrics.contains(#"http_response_status_code="422""#), "its bad requests did not reach the service")
    try await world.engine.shutdown()
  }
}
