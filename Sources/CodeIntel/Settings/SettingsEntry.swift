/// One setting as it was resolved: its value and where that comes from.
public struct SettingsEntry: Sendable, Hashable {
  /// The setting.
  public var key: SettingsKey
  /// The value that counts; nil for a setting that is unset and has no default.
  public var value: SettingsValue?
  /// Where the value comes from: `flags`, `environment (NAME)`, `file (PATH)`, `default`.
  public var origin: String
}
