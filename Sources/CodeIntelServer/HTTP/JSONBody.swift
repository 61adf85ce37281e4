import HTTPTypes
import Hummingbird
import NIOCore
import ProblemDetails
import Retrieval
import RuntimeCells

/// Reading and writing JSON bodies.
enum JSONBody {
  static let mediaType = "application/json"

  /// The members of a body that is one JSON object.
  ///
  /// - Throws: ``ServerError`` with `malformedJSON`.
  static func object(_ bytes: [UInt8]) throws(ServerError) -> [String: ProblemValue] {
    let value: ProblemValue
    do { value = try ProblemValue(json: bytes) } catch {
      let place = error.offset.map { " (at byte \($0))" } ?? ""
      throw ServerError(.malformedJSON, "The body is no JSON: \(error.message)\(place)", underlying: error)
    }
    guard let members = value.objectValue else {
      throw ServerError(.malformedJSON, "The body is JSON, but no object.")
    }
    return members
  }

  /// The bytes of a body, which must say that it is JSON.
  ///
  /// - Parameter optional: whether no body at all will do too.
  /// - Throws: ``ServerError`` with `unsupportedMediaType`, `contentTooLarge`, `requestTimeout`.
  static func bytes(
    of request: Request, limits: ServerSettings, clock: CellClock, optional: Bool = false
  ) async throws -> [UInt8] {
    let maximum = limits.maximumBodyBytes
    let tooLarge = ServerError(
      .contentTooLarge, "The body is larger than \(maximum) bytes.",
      extensions: ["maximum_bytes": .integer(Int64(maximum))])
    let announced = request.headers[.contentLength].flatMap(Int.init)
    if let announced, announced > maximum { throw tooLarge }
    let type = request.headers[.contentType]
    guard isJSON(type) || optional && type == nil else { throw unsupported(type) }
    let body = request.body
    let bytes = try await BoundedWork.run(
      within: limits.bodyTimeout, clock: clock,
      atEnd: {
        .failure(ServerError(.requestTimeout, "The body did not arrive in time.", headers: [.connection: "close"]))
      }
    ) {
      do {
        return Array(try await body.collect(upTo: maximum).readableBytesView)
      } catch is NIOTooManyBytesError {
        throw tooLarge
      }
    }
    // What has no type may be nothing only.
    guard isJSON(type) || bytes.isEmpty else { throw unsupported(type) }
    return bytes
  }

  private static func unsupported(_ type: String?) -> ServerError {
    ServerError(
      .unsupportedMediaType,
      "The body must be \(mediaType); the header Content-Type says \(type == nil ? "nothing" : "something else").",
      headers: [.accept: mediaType])
  }

  /// The type alone decides; a parameter such as charset says nothing for JSON.
  private static func isJSON(_ contentType: String?) -> Bool {
    guard let type = contentType?.split(separator: ";", omittingEmptySubsequences: false).first else { return false }
    return type.trimmingSpaces().lowercased() == mediaType
  }

  /// An answer with a JSON body.
  static func response(_ bytes: [UInt8], status: HTTPResponse.Status = .ok) -> Response {
    Response(
      status: status, headers: [.contentType: mediaType], body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  /// An answer with a JSON body.
  static func response(_ value: ProblemValue, status: HTTPResponse.Status = .ok) -> Response {
    response(Array(value.json.utf8), status: status)
  }
}

extension Substring {
  fileprivate func trimmingSpaces() -> Substring {
    var text = self
    while text.first == " " || text.first == "\t" { text.removeFirst() }
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return text
  }
}
