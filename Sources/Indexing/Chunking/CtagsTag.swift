/// One line of Universal Ctags' JSON output; fields we do not use are ignored.
struct CtagsTag: Decodable, Sendable {
  /// "tag", "completed", "program" or "error".
  let type: String
  let name: String?
  let line: Int?
  let end: Int?
  let kind: String?
  let scope: String?
  let message: String?

  enum CodingKeys: String, CodingKey {
    case type = "_type"
    case name, line, end, kind, scope, message
  }
}
