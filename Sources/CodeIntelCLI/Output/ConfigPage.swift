import CodeIntel

/// Every setting. JSON: `Fixtures/schema/config-show.schema.json`.
struct ConfigPage: Encodable {
  struct Entry: Encodable {
    let value: SettingsValue?
    let origin: String
    let variable: String
  }

  let resolved: ResolvedSettings
  let showsOrigin: Bool

  enum CodingKeys: String, CodingKey {
    case schemaVersion = "schema_version"
    case file, settings
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(1, forKey: .schemaVersion)
    try container.encodeIfPresent(resolved.file, forKey: .file)
    let entries = resolved.entries.map {
      ($0.key.name, Entry(value: $0.value, origin: $0.origin, variable: $0.key.variable))
    }
    try container.encode(Dictionary(uniqueKeysWithValues: entries), forKey: .settings)
  }

  func json() throws -> String { try JSONPage.text(self) }

  func text(for terminal: Terminal) -> String {
    guard showsOrigin else {
      return resolved.entries.map { "\($0.key.name): \($0.value.map { "\($0)" } ?? "")\n" }.joined()
    }
    var table = TextTable("SETTING", "VALUE", "ORIGIN", "VARIABLE")
    for entry in resolved.entries {
      table.add(entry.key.name, entry.value.map { "\($0)" } ?? "-", entry.origin, entry.key.variable)
    }
    return table.lines(for: terminal).joined(separator: "\n") + "\n"
  }
}
