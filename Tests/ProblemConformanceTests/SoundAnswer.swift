import ProblemConformance
import ProblemDetails

/// A right answer to a wrong request, for tests to break in one place.
enum SoundAnswer {
  static let types = [
    ProblemTypeEntry(uri: "/problems/not-found", title: "Not found", status: 404),
    ProblemTypeEntry(uri: "/problems/invalid", title: "Invalid parameters", status: 422),
    ProblemTypeEntry(uri: "/problems/unauthorized", title: "Not authorized", status: 401),
    ProblemTypeEntry(uri: "/problems/no-method", title: "Method not allowed", status: 405),
    ProblemTypeEntry(uri: "/problems/busy", title: "Busy", status: 503),
    ProblemTypeEntry(uri: "/problems/too-many", title: "Too many requests", status: 429),
  ]

  static let members: [String: ProblemValue] = [
    "type": "/problems/not-found", "title": "Not found", "status": 404, "detail": "There is nothing at this path.",
    "instance": "urn:uuid:0b8f9a1e-2d3c-4b5a-8f6e-7d8c9b0a1f2e", "code": "http.not-found",
  ]

  static func answer(_ change: (inout [String: ProblemValue]) -> Void = { _ in }) -> ProblemAnswer {
    var members = members
    change(&members)
    return ProblemAnswer(
      target: "/nowhere?q=a", status: 404,
      headers: [.init("Content-Type", "application/problem+json"), .init("cache-control", "no-store")],
      body: Array(ProblemValue.object(members).json.utf8))
  }

  /// An answer of another published type.
  static func answer(_ type: ProblemTypeEntry, _ headers: [ProblemAnswer.Header]) -> ProblemAnswer {
    var answer = answer {
      $0["type"] = .string(type.uri)
      $0["title"] = .string(type.title)
      $0["status"] = .integer(Int64(type.status))
    }
    answer.status = type.status
    answer.headers += headers
    return answer
  }
}
