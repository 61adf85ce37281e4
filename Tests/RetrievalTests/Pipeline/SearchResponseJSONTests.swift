import Foundation
import Testing

@testable import Retrieval

@Suite struct SearchResponseJSONTests {
  @Test func `The JSON has exactly the documented members`() async throws {
    let response = try await PipelineFixture.pipeline().search(
      SearchRequest(query: "q", limit: 1),
      in: PipelineFixture.set([ScriptedChannel("faiss", rows: [1]), ScriptedChannel("bm25", rows: [])]))
    let data = try JSONEncoder().encode(response)
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(Set(object.keys) == ["query", "generation", "hits", "stages", "limits"])
    let hit = try #require((object["hits"] as? [[String: Any]])?.first)
    #expect(
      Set(hit.keys) == [
        "id", "path", "start_line", "end_line", "symbol", "language", "score", "text", "contributions",
      ])
    #expect(hit["symbol"] is NSNull)
    let contributions = try #require(hit["contributions"] as? [[String: Any]])
    for contribution in contributions {
      #expect(
        Set(contribution.keys) == ["channel", "state", "rank", "raw_score", "weight", "k", "contribution"])
    }
    #expect(contributions[1]["state"] as? String == "absent")
    #expect(contributions[1]["rank"] is NSNull)
    #expect(contributions[1]["raw_score"] is NSNull)
    let stage = try #require((object["stages"] as? [[String: Any]])?.first)
    #expect(Set(stage.keys) == ["name", "duration_ms", "candidates"])
    #expect(try JSONDecoder().decode(SearchResponse.self, from: data) == response)
  }
}
