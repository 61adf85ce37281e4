import HTTPTypes
import Hummingbird
import NIOCore
import ProblemDetails

/// `GET /problems/{slug}`: the page that a problem's `type` leads to (RFC 9457 section 3.1.1).
struct ProblemRoutes: Sendable {
  var routes: [Route] {
    [
      Route(.get, "/problems/{slug}") { request, context in
        let slug = context.parameters.get("slug") ?? ""
        guard let type = ProblemCatalogue.type(forSlug: slug) else {
          throw ServerError(.notFound, "There is no problem type of that name.")
        }
        return page(type, for: request)
      }
    ]
  }

  private func page(_ type: ProblemType, for request: Request) -> Response {
    switch Negotiation.choose(["text/html", "application/json", "text/plain"], for: request) {
    case "application/json": return JSONBody.response(json(type))
    case "text/plain": return text(plain(type), "text/plain; charset=utf-8")
    default: return text(html(type), "text/html; charset=utf-8")
    }
  }

  private func json(_ type: ProblemType) -> ProblemValue {
    [
      "type": .string(type.uri), "title": .string(type.title), "status": .integer(Int64(type.status)),
      "exit_code": .integer(Int64(type.exitStatus.rawValue)), "retryable": .bool(type.isRetryable),
      "codes": .array(type.codes.map(ProblemValue.string)), "explanation": .string(type.explanation),
      "remedy": .string(type.remedy),
    ]
  }

  private func plain(_ type: ProblemType) -> String {
    """
    \(type.title)
    \(type.uri), status \(type.status), exit code \(type.exitStatus)

    \(type.explanation)

    What to do: \(type.remedy)

    Error codes: \(type.codes.joined(separator: ", "))

    """
  }

  private func html(_ type: ProblemType) -> String {
    func escaped(_ text: String) -> String {
      var result = ""
      for character in text {
        switch character {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "\"": result += "&quot;"
        default: result.append(character)
        }
      }
      return result
    }
    let codes = type.codes.map { "<code>\(escaped($0))</code>" }.joined(separator: ", ")
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head><meta charset="utf-8"><title>\(escaped(type.title))</title>
      <link rel="stylesheet" href="/assets/dashboard.css"></head>
      <body><main>
      <h1>\(escaped(type.title))</h1>
      <p><code>\(escaped(type.uri))</code>, status \(type.status), exit code \(type.exitStatus)</p>
      <p>\(escaped(type.explanation))</p>
      <p><strong>What to do:</strong> \(escaped(type.remedy))</p>
      <p>Error codes: \(codes)</p>
      </main></body>
      </html>

      """
  }

  private func text(_ body: String, _ type: String) -> Response {
    Response(
      status: .ok,
      headers: [
        .contentType: type, .contentSecurityPolicy: PageSecurity.policy, .cacheControl: "public, max-age=3600",
      ], body: .init(byteBuffer: ByteBuffer(string: body)))
  }
}
