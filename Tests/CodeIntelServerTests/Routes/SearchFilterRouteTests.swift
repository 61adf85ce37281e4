import CodeIntel
import Foundation
import HTTPTypes
import HummingbirdTesting
import Indexing
import NIOCore
import ProblemDetails
import Retrieval
import Testing

@testable import CodeIntelServer

@Suite struct SearchFilterRouteTests {
  @Test func `GET and POST restrict the hits in the same way`() async throws {
    let world = try await ServerWorld()
    try await world.service.application().test(.router) { client in
      let byQuery = try await client.send(
        .get, "/search?q=water&paths=Sources/**,*.md&exclude_paths=*Kitchen*&languages=swift,c&kinds=function"
      ).answer()
      let byBody = try await client.send(
        .post, "/search", headers: .json,
        body: #"""
          {"query":"water","paths":["Sources/**","*.md"],"exclude_paths":["*Kitchen*"],"languages":["swift","c"],
           "kinds":["function"]}
          """#
      ).answer()
      #expect(byQuery.hits == byBody.hits)
      #expect(!byQuery.hits.isEmpty)
      #expect(Set(byQuery.hits.map(\.path)) == ["Sources/Garden.swift"])
      #expect(byQuery.hits.allSatisfy { $0.symbol?.hasSuffix(")") == true })
      #expect(byQuery.stages.first?.name == "filter")
      let none = try await client.send(.get, "/search?q=water&languages=rust").answer()
      #expect(none.hits.isEmpty)
      #expect(none.limits == ["filter: generation 1 has no chunk that passes: language rust"])
    }
    #expect(world.metrics.contains(#"retrieval_stage_seconds_count{stage="filter"} 3"#))
    try await world.engine.shutdown()
  }

  @Test(arguments: [
    ("paths", "[a", "not closed"), ("paths", "", "is empty"), ("paths", "a,,b", "is empty"),
    ("exclude_paths", "!a", "begins with '!'"), ("languages", "klingon", "swift"), ("languages", "", "swift"),
    ("kinds", "func", "function"), ("kinds", "class,func", "function"),
  ])
  func `a wrong condition is told by name with what is accepted`(name: String, value: String, said: String) async throws
  {
    let world = try await ServerWorld()
    try await world.service.application().test(.router) { client in
      let byQuery = try await client.send(.get, "/search?q=a&\(name)=\(value)")
      let list = value.split(separator: ",", omittingEmptySubsequences: false).map { "\"\($0)\"" }.joined(
        separator: ",")
      let byBody = try await client.send(
        .post, "/search", headers: .json, body: #"{"query":"a","\#(name)":[\#(list)]}"#)
      for (answer, place) in [(byQuery, "parameter"), (byBody, "pointer")] {
        let members = try ProblemShape.check(answer, 422, "invalid-parameters")
        let fault = try #require(members["errors"]?.arrayValue?.first?.objectValue)
        #expect(fault[place]?.stringValue == (place == "parameter" ? name : "#/\(name)"))
        #expect(fault["detail"]?.stringValue?.contains(said) == true)
      }
    }
    try await world.engine.shutdown()
  }

  @Test(arguments: [#"{"query":"a","paths":[]}"#, #"{"query":"a","paths":"a"}"#, #"{"query":"a","kinds":[1]}"#])
  func `a body with another shape is refused`(body: String) async throws {
    let world = try await ServerWorld()
    try await world.service.application().test(.router) { client in
      let answer = try await client.send(.post, "/search", headers: .json, body: body)
      _ = try ProblemShape.check(answer, 422, "invalid-parameters")
    }
    try await world.engine.shutdown()
  }

  /// The document's lists and its regular expression against the code that reads the parameters.
  @Test func `the OpenAPI document accepts what the service accepts`() throws {
    let document = try #require(try ProblemValue(json: PackageResources.openapi_json).objectValue)
    let properties = try #require(
      document["components"]?.objectValue?["schemas"]?.objectValue?["SearchRequest"]?.objectValue?["properties"]?
        .objectValue)
    func items(_ name: String) -> [String: ProblemValue]? { properties[name]?.objectValue?["items"]?.objectValue }
    #expect(items("languages")?["enum"]?.arrayValue?.map(\.stringValue) == Language.all)
    #expect(items("kinds")?["enum"]?.arrayValue?.map(\.stringValue) == SymbolKind.allCases.map(\.rawValue))
    #expect(items("paths")?["maxLength"]?.integerValue == Int64(PathGlob.maximumCharacters))
    #expect(properties["paths"]?.objectValue?["maxItems"]?.integerValue == Int64(SearchFilter.maximumPaths))
    let pattern = try NSRegularExpression(pattern: try #require(items("paths")?["pattern"]?.stringValue))
    let alphabet = Array("ab/!^*?[]-\\{},. é\u{7}")
    var generator = SystemRandomNumberGenerator()
    var accepted = 0
    for _ in 0..<20_000 {
      let text = String(
        (0..<Int.random(in: 0...7, using: &generator)).map { _ in
          alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
        })
      let isGood = (try? PathGlob(text)) != nil
      let matches = pattern.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
      #expect(isGood == matches, "'\(text)'")
      accepted += isGood ? 1 : 0
    }
    #expect(accepted > 2_000)
  }
}
