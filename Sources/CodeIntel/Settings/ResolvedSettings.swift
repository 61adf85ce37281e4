/// The settings together with where each one comes from, for `codeintel config show`.
public struct ResolvedSettings: Sendable {
  /// The typed settings.
  public let settings: Settings
  /// One entry for each key, in the order of ``SettingsKey/all``.
  public let entries: [SettingsEntry]
  /// The configuration file that was read; nil when there was none.
  public let file: String?
}
