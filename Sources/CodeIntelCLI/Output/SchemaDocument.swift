/// A document of the first version of its schema, around what it tells.
struct SchemaDocument<Content: Encodable>: Encodable {
  let content: Content

  enum CodingKeys: String, CodingKey {
    case schemaVersion = "schema_version"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(1, forKey: .schemaVersion)
    try content.encode(to: encoder)
  }
}
