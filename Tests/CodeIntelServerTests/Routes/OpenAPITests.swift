import CodeIntel
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import ProblemDetails
import Retrieval
import Testing

@testable import CodeIntelServer

@Suite struct OpenAPITests {
  private static func document() throws -> [String: ProblemValue] {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Sources/CodeIntelServer/Resources/openapi.json")
    return try #require(try ProblemValue(json: Data(contentsOf: file)).objectValue)
  }

  @Test func `the document has exactly the routes of the service`() async throws {
    let world = try await ServerWorld()
    let paths = try #require(try Self.document()["paths"]?.objectValue)
    var documented = Set<String>()
    for (path, item) in paths {
      for method in (item.objectValue ?? [:]).keys { documented.insert("\(method.uppercased()) \(path)") }
    }
    #expect(documented == Set(world.service.table.routes.map { "\($0.method.rawValue) \($0.path)" }))
    try await world.engine.shutdown()
  }

  @Test func `by default, the document is served as it is`() async throws {
    let world = try await ServerWorld(settings: ServerSettings())
    try await world.service.application().test(.router) { client in
      let served = try await client.send(.get, "/openapi.json").members()
      let document = try Self.document()
      #expect(served == document)
    }
    try await world.engine.shutdown()
  }

  @Test func `a bound of the settings is in the document that is served`() async throws {
    var settings = ServerSettings()
    settings.searchDeadline = .seconds(90)
    settings.maximumSearchDeadline = .seconds(120)
    let world = try await ServerWorld(settings: settings)
    try await world.service.application().test(.router) { client in
      let served = try await client.send(.get, "/openapi.json").members()
      let parameters = served["paths"]?.objectValue?["/search"]?.objectValue?["get"]?.objectValue?["parameters"]
      let deadline = parameters?.arrayValue?.first { $0.objectValue?["name"] == "deadline" }?.objectValue
      let expected: ProblemValue = ["type": "integer", "minimum": 1, "maximum": 120_000, "default": 90_000]
      #expect(deadline?["schema"] == expected)
      let request = served["components"]?.objectValue?["schemas"]?.objectValue?["SearchRequest"]?.objectValue
      #expect(request?["properties"]?.objectValue?["deadline"]?.objectValue?["maximum"] == 120_000)
    }
    try await world.engine.shutdown()
  }

  @Test func `channels, weights and cells are those that the service accepts`() async throws {
    let world = try await ServerWorld()
    let document = try Self.document()
    let channels = FusionSettings.shippedWeights.keys.sorted()
    let search = document["paths"]?.objectValue?["/search"]?.objectValue?["get"]?.objectValue
    func query(_ name: String) -> [String: ProblemValue]? {
      search?["parameters"]?.arrayValue?.first { $0.objectValue?["name"]?.stringValue == name }?.objectValue?["schema"]?
        .objectValue
    }
    let request = document["components"]?.objectValue?["schemas"]?.objectValue?["SearchRequest"]?.objectValue
    let body = request?["properties"]?.objectValue
    for schema in [query("channels"), body?["channels"]?.objectValue] {
      let names = schema?["items"]?.objectValue?["enum"]?.arrayValue?.compactMap(\.stringValue)
      #expect(names == channels)
    }
    #expect(body?["weights"]?.objectValue?["properties"]?.objectValue?.keys.sorted() == channels)
    let pattern = try Regex(try #require(query("weights")?["pattern"]?.stringValue))
    let bounds = SearchParameters.Bounds(
      window: 200, channels: Set(channels), defaultDeadline: .seconds(1), maximumDeadline: .seconds(1))
    for weights in [
      "bm25:0.5,faiss:2", "faiss:2,bm25:0.5", "xtr:1,splade:1,faiss:1,coderank_faiss:1,bm25:1",
      "coderank_faiss:1,faiss:1",
      "splade:1000", "bm25:1,bm25:2", "faiss:1,coderank_faiss:1,faiss:2", "bm25:0", "nobody:1", "bm25:1,", "bm25",
      "bm25:1001",
      "bm25:0.0001", "bm25:01",
    ] {
      let accepted = (try? SearchParameters(query: "q=a&weights=\(weights)", bounds: bounds)) != nil
      #expect((weights.wholeMatch(of: pattern) != nil) == accepted, "\(weights)")
    }
    for action in ["swap", "close", "prewarm"] {
      let post = document["paths"]?.objectValue?["/admin/cells/{name}/\(action)"]?.objectValue?["post"]?.objectValue
      let name = post?["parameters"]?.arrayValue?.first?.objectValue?["schema"]?.objectValue
      #expect(name?["enum"]?.arrayValue?.compactMap(\.stringValue) == world.engine.cellNames)
    }
    try await world.engine.shutdown()
  }

  @Test func `readiness and problem schemas are those in Fixtures`() throws {
    let schemas = try #require(try Self.document()["components"]?.objectValue?["schemas"]?.objectValue)
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures/schema/readyz.schema.json")
    let readyz = try #require(try ProblemValue(json: Data(contentsOf: file)).objectValue)
    #expect(schemas["Readiness"]?.objectValue?["required"] == readyz["required"])
    let cell = readyz["$defs"]?.objectValue?["cell"]?.objectValue
    #expect(schemas["Cell"]?.objectValue?["required"] == cell?["required"])
    #expect(
      Set(schemas["Cell"]?.objectValue?["properties"]?.objectValue?.keys.map { $0 } ?? [])
        == Set(cell?["properties"]?.objectValue?.keys.map { $0 } ?? ["missing"]))
  }
}
