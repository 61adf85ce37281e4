import Embedding
import Foundation
import Testing

@testable import VLLMTransport

struct EmbeddingResponseTests {
  private func read(_ body: String, count: Int, dimension: Int? = nil) throws(EmbeddingError) -> [Float] {
    try EmbeddingResponseBody.vectors(Array(body.utf8), count: count, dimension: dimension)
  }

  private func base64(_ vector: [Float]) -> String {
    vector.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) } }.withUnsafeBytes {
      Data($0).base64EncodedString()
    }
  }

  @Test func `vLLM's recorded shape, with members that are not read`() throws {
    let body = """
      {"id":"embd-1","object":"list","created":1,"model":"m","data":[{"index":0,"object":"embedding","embedding":[0.6,0.8]}],
      "usage":{"prompt_tokens":4,"total_tokens":4,"completion_tokens":0,"prompt_tokens_details":null}}
      """
    #expect(try read(body, count: 1) == [0.6, 0.8])
  }

  @Test func `base64 is exact to the bit`() throws {
    let vector: [Float] = [Float(0.6).nextUp, Float(-0.8).nextDown]
    let body = #"{"data":[{"index":0,"embedding":"\#(base64(vector))"}]}"#
    #expect(try read(body, count: 1, dimension: 2) == vector)
  }

  @Test func `vectors are placed by their index`() throws {
    let body = FakeEmbeddings.embeddings([[1, 0], [0, 1], [0.6, 0.8]], indices: [2, 0, 1])
    #expect(try read(body, count: 3) == [0, 1, 0.6, 0.8, 1, 0])
  }

  @Test func `vectors that are not of length 1 are made so`() throws {
    #expect(try read(FakeEmbeddings.embeddings([[3, 4]]), count: 1) == [0.6, 0.8])
    // Components whose squares overflow a 32-bit float.
    let large = try read(FakeEmbeddings.embeddings([[3e30, 4e30]]), count: 1)
    #expect(zip(large, [0.6, 0.8] as [Float]).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  @Test(arguments: [
    (#"{"data":[{"index":0,"embedding":[0.6,0."#, EmbeddingError.Code.malformedResponse),
    (#"{"data":[{"index":0,"embedding":[NaN,1]}]}"#, .malformedResponse),
    (#"{"data":[{"index":0,"embedding":[0.6,null]}]}"#, .malformedResponse),
    (#"{"data":[{"index":0,"embedding":"%%%"}]}"#, .malformedResponse),
    (#"{"data":[{"index":0,"embedding":"AAA="}]}"#, .malformedResponse),
    (#"{"data":[]}"#, .malformedResponse),
    (#"{"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":[1]}]}"#, .malformedResponse),
    (#"{"data":[{"index":1,"embedding":[0.6,0.8]}]}"#, .malformedResponse),
    (#"{"data":[{"index":-1,"embedding":[0.6,0.8]}]}"#, .malformedResponse),
    (#"{"data":[{"embedding":[0.6,0.8]}]}"#, .malformedResponse),
    (#"{"error":{"message":"late"}}"#, .malformedResponse), ("<html>", .malformedResponse), ("", .malformedResponse),
    (#"{"data":[{"index":0,"embedding":[1,0,0]}]}"#, .dimensionMismatch),
    (#"{"data":[{"index":0,"embedding":[]}]}"#, .dimensionMismatch),
    (#"{"data":[{"index":0,"embedding":[0,0]}]}"#, .degenerateVector),
    (#"{"data":[{"index":0,"embedding":"AADAfwAAgD8="}]}"#, .degenerateVector),
    (#"{"data":[{"index":0,"embedding":"AACAfwAAgD8="}]}"#, .degenerateVector),
  ])
  func `what is not one vector of two is an error`(body: String, code: EmbeddingError.Code) {
    #expect(throws: EmbeddingError(code, "")) { try read(body, count: 1, dimension: 2) }
  }

  @Test func `one index twice is an error`() {
    let body = FakeEmbeddings.embeddings([[1, 0], [0, 1]], indices: [0, 0])
    #expect(throws: EmbeddingError(.malformedResponse, "")) { try read(body, count: 2) }
  }

  @Test func `vectors of different lengths are an error even when none was expected`() {
    #expect(throws: EmbeddingError(.dimensionMismatch, "")) {
      try read(FakeEmbeddings.embeddings([[1, 0], [1, 0, 0]]), count: 2)
    }
  }

  @Test func `a truncated answer is an error at every byte`() {
    let body = FakeEmbeddings.embeddings([[0.6, 0.8], [1, 0]])
    for length in 0..<body.utf8.count {
      #expect(throws: EmbeddingError.self) { try read(String(body.prefix(length)), count: 2) }
    }
  }
}
