import CellTelemetry
import ExternalTools
import Foundation
import Testing

/// What docs/observability.md and the alert rules say is true.
@Suite("The observability page and the alert rules")
struct ObservabilityPageTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  private static let rules = root.appendingPathComponent("Fixtures/prometheus/runtime-cells.rules.yml")

  private static func page() throws -> String {
    try String(contentsOf: root.appendingPathComponent("docs/observability.md"), encoding: .utf8)
  }

  @Test(
    "promtool accepts the alert rules, and they fire when they should",
    .enabled(if: ExternalTool.promtool != nil, "promtool is not installed: run \(ExternalTool.provider)"))
  func alerts() async throws {
    let promtool = try #require(ExternalTool.promtool)
    let check = try await promtool.run(["check", "rules", Self.rules.path])
    #expect(check.status == 0, "\(check.output)")
    let tests = Self.rules.deletingPathExtension().appendingPathExtension("test.yml")
    let result = try await promtool.run(["test", "rules", tests.path])
    #expect(result.status == 0, "\(result.output)")
  }

  @Test(
    "promtool accepts every example query",
    .enabled(if: ExternalTool.promtool != nil, "promtool is not installed: run \(ExternalTool.provider)"))
  func queries() async throws {
    let promtool = try #require(ExternalTool.promtool)
    let queries = Self.blocks("promql", in: try Self.page())
    try #require(queries.count >= 5)
    var file = "groups:\n  - name: examples\n    rules:\n"
    for (index, query) in queries.enumerated() {
      file += "      - record: example:\(index)\n        expr: |\n"
      file += query.split(separator: "\n").map { "          \($0)\n" }.joined()
    }
    let scratch = try Scratch()
    defer { scratch.remove() }
    let written = try scratch.file("examples.yml", Data(file.utf8))
    let result = try await promtool.run(["check", "rules", written.path])
    #expect(result.status == 0, "\(result.output)")
  }

  @Test("Every metric that the page and the rules name is in the contract, and the page names all of them")
  func names() throws {
    let contract = try String(contentsOf: Self.root.appendingPathComponent("Fixtures/contract.json"), encoding: .utf8)
    let page = try Self.page()
    let text = try page + String(contentsOf: Self.rules, encoding: .utf8)
    let known = Self.names(in: contract)
    let suffixes = ["_bucket", "_sum", "_count"]
    for name in Self.names(in: text) where !known.contains(name) {
      let base = suffixes.first { name.hasSuffix($0) }.map { String(name.dropLast($0.count)) }
      #expect(base.map(known.contains) == true, "\(name) is not in Fixtures/contract.json")
    }
    for metric in CellMetric.all { #expect(page.contains(metric.name), "docs/observability.md lacks \(metric.name)") }
    for event in CellEventName.all {
      #expect(page.contains(event.rawValue), "docs/observability.md lacks \(event.rawValue)")
    }
  }

  private static func names(in text: String) -> Set<String> {
    let words = text.split { !($0.isLetter || $0.isNumber || $0 == "_") }
    return Set(words.filter { $0.hasPrefix("runtime_cell_") || $0.hasPrefix("metrics_registry_") }.map(String.init))
  }

  private static func blocks(_ language: String, in page: String) -> [String] {
    page.components(separatedBy: "```\(language)\n").dropFirst().compactMap {
      $0.components(separatedBy: "\n```").first
    }
  }
}
