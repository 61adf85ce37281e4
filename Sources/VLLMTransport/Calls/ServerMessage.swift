#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a server says of a failure, fit to be shown: bounded, one line, without the key and without the texts.
enum ServerMessage {
  /// Characters that are shown.
  static let limit = 240

  /// The message in an error body. Known shapes: `{"error": {"message": …}}`, `{"error": "…"}`, `{"message": …}`,
  /// `{"detail": "…"}`, `{"detail": [{"msg": …}]}`; anything else is shown as it is.
  static func excerpt(_ body: [UInt8], hiding secrets: [String]) -> String {
    let text = message(body) ?? String(decoding: body.prefix(limit * 8), as: UTF8.self)
    return clean(text, hiding: secrets)
  }

  static func clean(_ text: String, hiding secrets: [String]) -> String {
    // Hidden before it is cut: half a secret at the end would no longer be found.
    var text = String(text.prefix(limit * 64))
    for secret in secrets where secret.utf8.count >= 4 {
      for form in [secret, escaped(secret)] where text.contains(form) {
        text = text.replacing(form, with: "***")
      }
    }
    text = text.replacing(#/(?i)bearer\s+[^\s"',;]+/#, with: "Bearer ***")
    var line = ""
    for scalar in text.unicodeScalars {
      let isControl =
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || (0x2028...0x202E).contains(scalar.value)
        || (0x2066...0x2069).contains(scalar.value)
      line.unicodeScalars.append(isControl ? " " : scalar)
    }
    let words = line.split(separator: " ").joined(separator: " ")
    return words.count > limit ? words.prefix(limit) + "…" : words
  }

  /// Whether a 404 tells of a model rather than of a route: only the former has the member `error`.
  static func isAboutModel(_ body: [UInt8]) -> Bool {
    struct Shape: Decodable { var error: Inner }
    struct Inner: Decodable {}
    return (try? JSONDecoder().decode(Shape.self, from: Data(body.prefix(1 << 16)))) != nil
  }

  private static func escaped(_ text: String) -> String {
    guard let data = try? JSONEncoder().encode([text]) else { return text }
    return String(String(decoding: data, as: UTF8.self).dropFirst(2).dropLast(2))
  }

  private static func message(_ body: [UInt8]) -> String? {
    // An error body of megabytes is not worth parsing.
    guard body.count <= 1 << 16 else { return nil }
    guard let parsed = try? JSONDecoder().decode(ErrorBody.self, from: Data(body)) else { return nil }
    return parsed.text
  }
}

/// The error shapes of vLLM, of FastAPI beneath it, and of other servers of the same interface.
private struct ErrorBody: Decodable {
  struct Inner: Decodable { var message: String? }
  struct Item: Decodable { var msg: String? }
  enum Keys: String, CodingKey { case error, message, detail }

  let text: String?

  init(from decoder: any Decoder) throws {
    let box = try decoder.container(keyedBy: Keys.self)
    let nested = (try? box.decodeIfPresent(Inner.self, forKey: .error))?.message
    let items = (try? box.decodeIfPresent([Item].self, forKey: .detail))?.compactMap(\.msg).joined(separator: "; ")
    text =
      nested ?? (try? box.decodeIfPresent(String.self, forKey: .error))
      ?? (try? box.decodeIfPresent(String.self, forKey: .message))
      ?? (try? box.decodeIfPresent(String.self, forKey: .detail)) ?? items
  }
}
