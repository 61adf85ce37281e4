import Foundation
import Testing

/// SIGTERM under load loses nothing: what was written on a connection that the system completed is answered.
@Suite(
  .serialized,
  .enabled(if: CodeIntelProcess.modelFolder != nil, "the embedding model is missing: run scripts/model"))
struct TerminationTests {
  private static let stops = 10

  @Test(.timeLimit(.minutes(10))) func `every accepted request is answered, however often it is stopped`() async throws
  {
    let folder = try TemporaryFolder()
    _ = try folder.write("func triggerGracefulShutdown() { drain(); close() }", to: "source/Stopper.swift")
    let indexed = try await CodeIntelProcess.run(["index", folder.path + "/source", "--index", folder.path + "/index"])
    #expect(indexed.status == 0, "\(indexed.errors)")
    for stop in 0..<Self.stops {
      let service = try await ServeProcess.start(
        ["--index", folder.path + "/index", "--quiet"],
        environment: [
          "CODEINTEL_INDEX_PRELOAD": "hybrid,vllm", "CODEINTEL_INDEX_WATCH_SECONDS": "0",
          // Not what this is about: no client here leaves a connection unused.
          "CODEINTEL_DRAIN_QUIET_SECONDS": "600", "CODEINTEL_DRAIN_SECONDS": "600",
        ], log: folder.path + "/log")
      try await service.untilReady()
      let port = try #require(service.url.split(separator: ":").last.flatMap { UInt16($0) })
      let (answers, continuation) = AsyncStream<Int>.makeStream()
      let outcomes = try await withThrowingTaskGroup(of: BlockingClient.Outcome.self) { group in
        for number in 0..<8 {
          let client = BlockingClient(port: port, isPersistent: number % 2 == 0, target: "/search?q=shutdown") {
            continuation.yield(number)
          }
          group.addTask { await client.untilRefused() }
        }
        // Everybody is at it before the signal comes.
        var busy = Set<Int>()
        for await number in answers {
          busy.insert(number)
          if busy.count == 8 { break }
        }
        let end = try await service.stop()
        #expect(end.status == 0, "\(end.log)")
        return try await group.reduce(into: []) { $0.append($1) }
      }
      let lost = outcomes.flatMap(\.lost)
      #expect(lost.isEmpty, "stop \(stop): \(lost.count) of \(outcomes.map(\.answered).reduce(0, +)): \(lost)")
    }
  }
}
