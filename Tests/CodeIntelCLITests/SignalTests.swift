import Foundation
import Testing

/// SIGHUP and a second SIGTERM on the real process.
@Suite(
  .serialized, .timeLimit(.minutes(10)),
  .enabled(if: CodeIntelProcess.modelFolder != nil, "the embedding model is missing: run scripts/model"))
struct SignalTests {
  private func index(_ folder: TemporaryFolder) async throws {
    let indexed = try await CodeIntelProcess.run(["index", folder.path + "/source", "--index", folder.path + "/index"])
    #expect(indexed.status == 0, "\(indexed.errors)")
  }

  private func started(
    _ folder: TemporaryFolder, _ environment: [String: String] = [:]
  ) async throws -> ServeProcess {
    _ = try folder.write("func triggerGracefulShutdown() { drain(); close() }", to: "source/Stopper.swift")
    try await index(folder)
    var variables = ["CODEINTEL_INDEX_PRELOAD": "hybrid", "CODEINTEL_INDEX_WATCH_SECONDS": "0"]
    variables.merge(environment) { $1 }
    let service = try await ServeProcess.start(
      ["--index", folder.path + "/index"], environment: variables, log: folder.path + "/log")
    try await service.untilReady()
    return service
  }

  @Test func `SIGHUP serves the new generation`() async throws {
    let folder = try TemporaryFolder()
    let service = try await started(folder, ["KGFOUNDRY_ALLOW_RUNTIME_SWAP": "1"])
    _ = try folder.write("func another() {}", to: "source/More.swift")
    try await index(folder)
    #expect(try await service.send("GET", "/search?q=another").members["generation"] as? Int == 1)
    service.signal(SIGHUP)
    while try await service.send("GET", "/search?q=another").members["generation"] as? Int != 2 { await Task.yield() }
    let end = try await service.stop()
    #expect(end.status == 0)
    #expect(end.log.contains("\"message\":\"index reloaded\""))
  }

  @Test func `SIGHUP without the guard is refused: in the log and as a limit`() async throws {
    let folder = try TemporaryFolder()
    let service = try await started(folder, ["KGFOUNDRY_ALLOW_RUNTIME_SWAP": "0"])
    _ = try folder.write("func another() {}", to: "source/More.swift")
    try await index(folder)
    service.signal(SIGHUP)
    let reason = "generation 2 available, swap not allowed"
    while try await !service.text("/readyz").contains(reason) { await Task.yield() }
    #expect(try await service.send("GET", "/search?q=another").members["generation"] as? Int == 1)
    let end = try await service.stop()
    #expect(end.status == 0)
    #expect(end.log.contains("\"message\":\"index not reloaded\"") && end.log.contains(reason))
  }

  @Test func `a second SIGTERM leaves at once, with the code of the signal`() async throws {
    let folder = try TemporaryFolder()
    let service = try await started(
      folder, ["CODEINTEL_LAME_DUCK_SECONDS": "3600", "CODEINTEL_DRAIN_SECONDS": "7200"])
    service.signal(SIGTERM)
    while try await !service.text("/readyz").contains("\"phase\":\"draining\"") { await Task.yield() }
    // Those that come at once with the first are its echo, so it is told until it listens.
    while service.isRunning { service.signal(SIGTERM) }
    let end = try await service.stop()
    #expect(end.status == 143)
    #expect(!end.log.contains("\"message\":\"all cells closed\""))
  }
}
