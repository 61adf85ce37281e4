import Configuration

/// One place that settings come from. The order of sources is the order of precedence.
struct SettingsSource {
  /// What the user calls it.
  let origin: (SettingsKey) -> String
  private let snapshot: any ConfigSnapshot
  private let name: (SettingsKey) -> AbsoluteConfigKey

  /// Values by flag; the type of each is that of its key.
  static func flags(_ values: [String: SettingsValue]) -> SettingsSource {
    var contents: [AbsoluteConfigKey: ConfigValue] = [:]
    for (name, value) in values { contents[dotted(name)] = ConfigValue(value.content, isSecret: false) }
    let provider = InMemoryProvider(name: "flags", values: contents)
    return SettingsSource(origin: { _ in "flags" }, snapshot: provider.snapshot(), name: { dotted($0.name) })
  }

  /// Environment variables; an empty one counts as unset.
  static func environment(_ variables: [String: String]) -> SettingsSource {
    let provider = EnvironmentVariablesProvider(environmentVariables: variables.filter { !$0.value.isEmpty })
    return SettingsSource(
      origin: { "environment (\($0.variable))" }, snapshot: provider.snapshot(),
      name: { AbsoluteConfigKey([$0.variable]) })
  }

  /// A parsed YAML file.
  static func file(_ snapshot: YAMLSnapshot, path: String) -> SettingsSource {
    SettingsSource(origin: { _ in "file (\(path))" }, snapshot: snapshot, name: { dotted($0.name) })
  }

  /// The value of a key; nil when this source has none.
  ///
  /// - Throws: what the library throws when the value is not of the key's type.
  func value(of key: SettingsKey) throws -> SettingsValue? {
    try snapshot.value(forKey: name(key), type: key.kind.type).value.flatMap { SettingsValue($0.content) }
  }

  /// The value as written, for messages; nil when it is no single text.
  func text(of key: SettingsKey) -> String? {
    guard let content = try? snapshot.value(forKey: name(key), type: .string).value?.content,
      case .string(let text) = content
    else { return nil }
    return text
  }

  private static func dotted(_ name: String) -> AbsoluteConfigKey {
    AbsoluteConfigKey(name.split(separator: ".").map(String.init))
  }
}

extension SettingsKey.Kind {
  fileprivate var type: ConfigType {
    switch self {
    case .text, .path, .secretFile: .string
    case .integer: .int
    case .seconds, .number: .double
    case .flag: .bool
    case .list: .stringArray
    }
  }
}

extension SettingsValue {
  fileprivate var content: ConfigContent {
    switch self {
    case .text(let value): .string(value)
    case .integer(let value): .int(value)
    case .number(let value): .double(value)
    case .flag(let value): .bool(value)
    case .list(let value): .stringArray(value)
    }
  }

  fileprivate init?(_ content: ConfigContent) {
    switch content {
    case .string(let value): self = .text(value)
    case .int(let value): self = .integer(value)
    case .double(let value): self = .number(value)
    case .bool(let value): self = .flag(value)
    case .stringArray(let value): self = .list(value.filter { !$0.isEmpty })
    default: return nil
    }
  }
}
