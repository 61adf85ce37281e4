import Embedding

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The answer of `GET /v1/models`.
struct ModelList: Decodable {
  struct Model: Decodable {
    enum CodingKeys: String, CodingKey {
      case id
      case maximumTokens = "max_model_len"
    }

    var id: String
    /// vLLM tells it; others do not.
    var maximumTokens: Int?
  }

  var data: [Model]

  /// - Throws: `EmbeddingError` with code `malformedResponse`.
  static func read(_ body: [UInt8]) throws(EmbeddingError) -> ModelList {
    do { return try JSONDecoder().decode(Self.self, from: Data(body)) } catch {
      throw EmbeddingError(
        .malformedResponse, "the embedding server's list of models cannot be read: is the address right?",
        underlying: error)
    }
  }

  /// The model of that name, or the only one.
  ///
  /// - Throws: `EmbeddingError` with code `modelNotServed` that names those there are.
  func choose(_ name: String?) throws(EmbeddingError) -> Model {
    if let name, let model = data.first(where: { $0.id == name }) { return model }
    if name == nil, data.count == 1 { return data[0] }
    let names = data.map(\.id).joined(separator: ", ")
    throw EmbeddingError(
      .modelNotServed,
      name == nil
        ? "the embedding server has not exactly one model: say which one is meant"
        : "the embedding server does not serve the model that is configured: configure one that it does",
      expected: name ?? "one model", actual: data.isEmpty ? "none" : ServerMessage.clean(names, hiding: []))
  }
}
