import CellTelemetry
import ExternalTools
import Foundation
import PrometheusMetrics
import RuntimeCells
import Testing

/// The whole way: cells, registry, HTTP, a real Prometheus server, PromQL.
@Suite("A real Prometheus server")
struct PrometheusServerTests {
  private static let isInstalled = ExternalTool.prometheus != nil && ExternalTool.promtool != nil

  @Test(
    "It scrapes live cells and answers PromQL about them",
    .enabled(if: isInstalled, "Prometheus is not installed: run \(ExternalTool.provider)"), .timeLimit(.minutes(15)))
  func scrape() async throws {
    let (server, promtool) = (try #require(ExternalTool.prometheus), try #require(ExternalTool.promtool))
    let world = try World()
    let cells = CellRegistry()
    let cell = RuntimeCell(name: "faiss", configuration: world.configuration()) { 7 }
    try cells.register(cell)
    world.registry.add(try CellSnapshotCollector { cells.snapshot() })
    world.registry.add(ProcessCollector())
    try await cell.withValue { #expect($0 == 7) }
    await cell.observersCaughtUp()

    let formats = Locked<Set<ExpositionFormat>>([])
    let registry = world.registry
    let endpoint = try #require(
      MetricsEndpoint { accept in
        let format = ExpositionFormat.negotiated(accept: accept)
        formats.withLock { _ = $0.insert(format) }
        return .init(contentType: format.contentType, body: registry.snapshot().encoded(as: format))
      })
    defer { endpoint.stop() }
    let scratch = try Scratch()
    defer { scratch.remove() }
    let settings = try scratch.file(
      "prometheus.yml",
      Data(
        """
        global: { scrape_interval: 200ms, scrape_timeout: 200ms }
        scrape_configs:
          - job_name: cells
            static_configs: [{ targets: ['127.0.0.1:\(endpoint.port)'] }]
        """.utf8))
    let port = try #require(MetricsEndpoint.freePort())
    let log = try scratch.file("prometheus.log", Data())
    let process = try server.start(
      [
        "--config.file=\(settings.path)", "--storage.tsdb.path=\(scratch.url.path)/data",
        "--web.listen-address=127.0.0.1:\(port)", "--log.level=warn",
      ], output: log)
    defer {
      process.terminate()
      process.waitUntilExit()
    }

    func ask(_ query: String) async throws -> String {
      // The server needs a moment to start and to scrape; each round is a process of its own, so this is no busy loop.
      var answer = ""
      for _ in 0..<300 {
        let result = try await promtool.run(["query", "instant", "http://127.0.0.1:\(port)", query])
        answer = result.output
        if result.status == 0, answer.contains("=>") { return answer }
      }
      return "no answer: \(answer)\n\(String(decoding: try Data(contentsOf: log), as: UTF8.self))"
    }
    let bucket = try await ask("runtime_cell_init_seconds_bucket{cell=\"faiss\",le=\"+Inf\"}")
    #expect(bucket.contains("=> 1 @"), "\(bucket)")
    #expect(try await ask("runtime_cell_ready{cell=\"faiss\"}").contains("=> 1 @"))
    #expect(try await ask("histogram_quantile(0.5, runtime_cell_init_seconds_bucket)").contains("cell=\"faiss\""))
    #expect(try await ask("process_open_fds").contains("=>"))
    #expect(formats.withLock { $0 } == [.openMetrics100], "the server prefers OpenMetrics")
  }

  @Test(
    "promtool finds nothing to complain of in the exposition of live cells",
    .enabled(if: isInstalled, "promtool is not installed: run \(ExternalTool.provider)"))
  func check() async throws {
    let promtool = try #require(ExternalTool.promtool)
    let world = try World()
    let cells = CellRegistry()
    let cell = RuntimeCell(name: "faiss", configuration: world.configuration()) { 7 }
    try cells.register(cell)
    world.registry.add(try CellSnapshotCollector { cells.snapshot() })
    world.registry.add(ProcessCollector())
    try await cell.withValue { #expect($0 == 7) }
    _ = try await cell.close()
    await cell.observersCaughtUp()
    let exposition = world.registry.snapshot().encoded(as: .text004)
    #expect(
      String(decoding: exposition, as: UTF8.self).contains(
        "runtime_cell_init_seconds_bucket{cell=\"faiss\",le=\"0.001\"}"))
    let result = try await promtool.run(["check", "metrics"], input: exposition)
    #expect(result.status == 0 && result.output.isEmpty, "\(result.output)")
  }
}
