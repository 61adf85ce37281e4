import CodeIntel
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import ProblemDetails
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
