import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import ProblemDetails
import Retrieval
import Testing

extension HTTPField.Name {
  static func named(_ name: String) -> HTTPField.Name { HTTPField.Name(name) ?? .contentType }
}

extension HTTPFields {
  static let json: HTTPFields = [.contentType: "application/json"]
  static let admin: HTTPFields = [.authorization: "Bearer \(ServerWorld.token)"]
}

extension TestResponse {
  var text: String { String(buffer: body) }

  /// The members of a JSON object.
  func members(sourceLocation: SourceLocation = #_sourceLocation) throws -> [String: ProblemValue] {
    #expect(headers[.contentType] == "application/json", sourceLocation: sourceLocation)
    return try #require(
      try ProblemValue(json: body.readableBytesView).objectValue, "\(text)", sourceLocation: sourceLocation)
  }

  /// The answer to a search.
  func answer(sourceLocation: SourceLocation = #_sourceLocation) throws -> SearchResponse {
    #expect(status == .ok, "\(text)", sourceLocation: sourceLocation)
    return try JSONDecoder().decode(SearchResponse.self, from: Data(body.readableBytesView))
  }
}

extension TestClientProtocol {
  /// One request.
  func send(
    _ method: HTTPRequest.Method, _ uri: String, headers: HTTPFields = [:], body: String? = nil
  ) async throws -> TestResponse {
    try await execute(uri: uri, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) })
  }
}

extension HTTPFields {
  static func + (left: HTTPFields, right: HTTPFields) -> HTTPFields {
    var sum = left
    sum.append(contentsOf: right)
    return sum
  }
}
