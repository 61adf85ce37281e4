import HTTPTypes
import Hummingbird
import Lifespan
import NIOCore
import NIOHTTP1
import ProblemDetails

/// The one place where an error becomes an answer: type, status and title by the catalogue, the headers that the status
/// asks for, nothing of the inside in a server fault.
struct ProblemMapper: Sendable {
  let routes: RouteTable

  /// The problem of an error, and the header fields that belong to it.
  func problem(for error: any Error, of request: HTTPRequest) -> (problem: ProblemDetails, headers: HTTPFields) {
    let error = translated(error, request)
    var problem = ProblemDetails(describing: error, unwrapping: true, redaction: Self.redaction(for: error))
    if !(error is ServerError) { Self.removeHostPaths(from: &problem) }
    var headers = (error as? ServerError)?.headers ?? [:]
    if [429, 503].contains(problem.status), headers[.retryAfter] == nil {
      headers[.retryAfter] = String(Self.retryAfter(problem))
    }
    return (problem, headers)
  }

  /// The answer that tells a problem.
  static func response(_ problem: ProblemDetails, headers: HTTPFields) -> Response {
    var headers = headers
    headers[.contentType] = ProblemDetails.mediaType
    headers[.cacheControl] = "no-store"
    // Our errors hold nothing that the strict encoder refuses; should one, its type alone is better than no answer.
    let bytes =
      (try? problem.encoded())
      ?? (try? ProblemDetails(type: problem.type, title: problem.title, status: problem.status).encoded()) ?? []
    return Response(
      status: .init(code: problem.status ?? 500), headers: headers,
      body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  /// The framework's own errors as ours.
  private func translated(_ error: any Error, _ request: HTTPRequest) -> any Error {
    switch error {
    case is NIOTooManyBytesError: return ServerError(.contentTooLarge, "The body of the request is too large.")
    case is HTTPParserError:
      return ServerError(
        .malformedMessage, "The request ended early, or its body is no HTTP/1.1 message.",
        headers: [.connection: "close"])
    case let error as any HTTPResponseError:
      switch error.status.code {
      case 404: return notFound(request)
      case 413: return ServerError(.contentTooLarge, "The body of the request is too large.")
      case 400..<500: return ServerError(.badRequest, "The request cannot be read.", underlying: error)
      default: return error
      }
    default: return error
    }
  }

  /// The router says 404 for a wrong method too; by RFC 9110 section 15.5.6 that is 405 with `Allow`.
  private func notFound(_ request: HTTPRequest) -> ServerError {
    let path = String(RouteTable.path(of: request).prefix(200))
    let methods = routes.methods(at: path)
    guard !methods.isEmpty else {
      return .nothingAtPath
    }
    let allowed = methods.joined(separator: ", ")
    return ServerError(
      .methodNotAllowed, "\(request.method.rawValue) is not possible here; possible: \(allowed).",
      headers: [.allow: allowed])
  }

  /// What a not-ready service tells of itself is meant for the client.
  private static func redaction(for error: any Error) -> ProblemRedaction {
    error is ServerError || error is LifespanError || error is NotReady ? .none : .serverFaults
  }

  private static func removeHostPaths(from problem: inout ProblemDetails) {
    problem.extensions["path"] = nil
    problem.detail = problem.detail.map(HostPaths.removed)
    for (name, value) in problem.extensions {
      if case .string(let text) = value { problem.extensions[name] = .string(HostPaths.removed(from: text)) }
    }
  }

  /// Whole seconds, as the header has it; at least one.
  private static func retryAfter(_ problem: ProblemDetails) -> Int {
    switch problem.extensions["retry_after_seconds"] {
    case .number(let seconds) where seconds.isFinite: return Int(min(86_400, max(1, seconds.rounded(.up))))
    case .integer(let seconds): return Int(min(86_400, max(1, seconds)))
    default: return 1
    }
  }
}
