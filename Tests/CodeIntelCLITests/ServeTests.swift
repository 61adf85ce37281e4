import Foundation
import ProblemDetails
import Testing

/// `codeintel serve` as an operator runs it, with the real model (seed feature S63).
@Suite(
  .serialized,
  .enabled(if: CodeIntelProcess.modelFolder != nil, "the embedding model is missing: run scripts/model"))
struct ServeTests {
  private static let token = "0123456789abcdef0123"

  private func indexed() async throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    _ = try folder.write("func triggerGracefulShutdown() { drain(); close() }", to: "source/Stopper.swift")
    _ = try folder.write("def boil_soup(minutes):\n    return minutes > 10\n", to: "source/kitchen.py")
    let outcome = try await CodeIntelProcess.run(
      ["index", folder.path + "/source", "--index", folder.path + "/index"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    return folder
  }

  @Test func `it preloads, serves, swaps, gives its descriptors back and ends in order`() async throws {
    let folder = try await indexed()
    let tokenFile = try folder.write(Self.token + "\n", to: "token")
    let service = try await ServeProcess.start(
      ["--index", folder.path + "/index", "--admin-token-file", tokenFile],
      environment: [
        "CODEINTEL_INDEX_PRELOAD": "hybrid,vllm", "KGFOUNDRY_ALLOW_RUNTIME_SWAP": "1",
        "CODEINTEL_INDEX_WATCH_SECONDS": "0",
      ], log: folder.path + "/log")
    #expect(service.url.hasPrefix("http://127.0.0.1:"))
    try await service.untilReady()
    let first = try await service.send("GET", "/search?q=where+does+it+halt+gently")
    #expect(first.status == 200)
    #expect(first.members["generation"] as? Int == 1)

    let metrics = try await service.text("/metrics")
    #expect(metrics.contains("embedding_calls_total{outcome=\"ok\"} "))
    #expect(metrics.contains("embedding_batch_seconds_bucket{outcome=\"ok\",le=\"0.005\"} "))
    #expect(metrics.contains("# HELP embedding_queue_wait_seconds Time that"))

    #expect(try await service.send("POST", "/admin/index/swap").status == 401)
    _ = try folder.write("func another() {}", to: "source/More.swift")
    let again = try await CodeIntelProcess.run(["index", folder.path + "/source", "--index", folder.path + "/index"])
    #expect(again.status == 0, "\(again.errors)")
    let swap = try await service.send("POST", "/admin/index/swap", token: Self.token)
    #expect(swap.status == 200)
    #expect(swap.members["from"] as? Int == 1)
    #expect(swap.members["to"] as? Int == 2)
    #expect(try await service.send("GET", "/search?q=another").members["generation"] as? Int == 2)

    // Everything that this needs is open now; a hundred requests later nothing more is.
    let baseline = service.descriptors
    for _ in 0..<100 { _ = try await service.send("GET", "/search?q=soup") }
    while service.descriptors > baseline { await Task.yield() }

    let end = try await service.stop()
    #expect(end.status == 0)
    #expect(end.log.contains("\"message\":\"all cells closed\""))
    #expect(end.log.contains("\"message\":\"admin_action\""))
    #expect(!end.log.contains(Self.token))
    for line in end.log.split(separator: "\n") {
      #expect((try? ProblemValue(json: Array(line.utf8)))?.objectValue != nil, "\(line)")
    }
  }

  @Test func `an address in use, a bad token file and a bad setting are told with their exit codes`() async throws {
    let folder = try await indexed()
    let service = try await ServeProcess.start(["--index", folder.path + "/index"], log: folder.path + "/log")
    let port = service.url.split(separator: ":").last.map(String.init) ?? ""
    let taken = try await CodeIntelProcess.run(["serve", "--json", "--port", port, "--index", folder.path + "/index"])
    #expect(taken.status == 69)
    #expect(taken.errors.contains("/problems/cannot-listen"))
    #expect(try await service.stop().status == 0)
    let token = try await CodeIntelProcess.run([
      "serve", "--json", "--port", "0", "--admin-token-file", try folder.write("short", to: "token"),
    ])
    #expect(token.status == 78)
    #expect(token.errors.contains("http.admin-token"))
    let setting = try await CodeIntelProcess.run(
      ["serve", "--json", "--port", "0"], environment: ["CODEINTEL_SEARCH_QUEUE": "many", "CODEINTEL_NONSENSE": "1"])
    #expect(setting.status == 78)
    #expect(setting.errors.contains("CODEINTEL_SEARCH_QUEUE") && setting.errors.contains("CODEINTEL_NONSENSE"))
  }

  @Test func `a required cell that cannot be preloaded ends the start`() async throws {
    let folder = try TemporaryFolder()
    let outcome = try await CodeIntelProcess.run(
      ["serve", "--json", "--port", "0", "--index", folder.path + "/nothing"],
      environment: ["CODEINTEL_INDEX_PRELOAD": "hybrid", "CODEINTEL_LAME_DUCK_SECONDS": "0"])
    #expect(outcome.status == 69)
    #expect(outcome.errors.contains("indexing.no-index") || outcome.errors.contains("lifespan.preload-failed"))
    // The listener's library calls it an error when it is cancelled: it is stopped instead.
    #expect(!outcome.errors.contains("child channel") && !outcome.errors.contains("shutdown error"))
  }
}
