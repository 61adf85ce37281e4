import Foundation
import NIOConcurrencyHelpers

/// A well-behaved embedding server of four components, with faults put in front of it.
final class FakeEmbeddings: Sendable {
  typealias Fault = @Sendable (ScriptedServer.Request) -> ScriptedServer.Reply?

  static let model = "fake"
  private let faults = NIOLockedValueBox<[Fault]>([])

  /// The next requests for embeddings meet these, one each; nil in place of a reply means a correct answer.
  func next(_ replies: ScriptedServer.Reply...) {
    faults.withLockedValue { $0 += replies.map { reply in { _ in reply } } }
  }

  func next(_ fault: @escaping Fault) { faults.withLockedValue { $0.append(fault) } }

  /// All requests from now on.
  func always(_ fault: @escaping Fault) {
    faults.withLockedValue { $0 = Array(repeating: fault, count: 10_000) }
  }

  func heal() { faults.withLockedValue { $0 = [] } }

  func reply(to request: ScriptedServer.Request) -> ScriptedServer.Reply {
    switch request.path {
    case "/health": return .answer(200, "")
    case "/v1/models":
      return .answer(200, #"{"object":"list","data":[{"id":"fake","max_model_len":77}]}"#)
    case "/v1/embeddings":
      let fault = faults.withLockedValue { $0.isEmpty ? nil : $0.removeFirst() }
      if let reply = fault?(request) { return reply }
      return .answer(200, Self.embeddings(Self.texts(request)))
    default: return .answer(404, #"{"detail":"Not Found"}"#)
    }
  }

  static func texts(_ request: ScriptedServer.Request) -> [String] {
    struct Body: Decodable { var input: [String] }
    return (try? JSONDecoder().decode(Body.self, from: Data(request.body)).input) ?? []
  }

  /// A direction that depends on every byte of the text.
  static func vector(_ text: String) -> [Float] {
    var state: UInt32 = 2_166_136_261
    for byte in text.utf8 { state = (state ^ UInt32(byte)) &* 16_777_619 }
    let raw = (0..<4).map { Float((state >> (8 * $0)) & 255) + 1 }
    let length = raw.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return raw.map { $0 / length }
  }

  static func embeddings(_ texts: [String]) -> String { embeddings(texts.map(vector)) }

  static func embeddings(_ vectors: [[Float]], indices: [Int]? = nil) -> String {
    let items = vectors.enumerated().map { place, vector in
      let numbers = vector.map { "\($0)" }.joined(separator: ",")
      return #"{"index":\#(indices?[place] ?? place),"object":"embedding","embedding":[\#(numbers)]}"#
    }
    return #"{"object":"list","model":"fake","data":[\#(items.joined(separator: ","))]}"#
  }
}
