/// One setting: its name in files, its environment variable, what it takes and what it does.
public struct SettingsKey: Sendable, Hashable {
  /// What a setting takes.
  public enum Kind: Sendable, Hashable {
    /// Any text.
    case text
    /// The path of a file or folder.
    case path
    /// The path of a file that holds a secret. The secret itself never stands in a setting.
    case secretFile
    /// A whole number in a range.
    case integer(ClosedRange<Int>)
    /// A number in a range, whole or not.
    case number(ClosedRange<Double>)
    /// Seconds in a range, whole or not.
    case seconds(ClosedRange<Double>)
    /// true, false, yes, no, 1 or 0.
    case flag
    /// Texts: a YAML list, or one variable with commas.
    case list
  }

  /// The dotted name: `preload.cells` is `cells` under `preload` in a YAML file.
  public let name: String
  /// The environment variable.
  public let variable: String
  /// What it takes.
  public let kind: Kind
  /// What it does, in a few words.
  public let help: String

  init(_ name: String, _ variable: String, _ kind: Kind, _ help: String) {
    self.name = name
    self.variable = variable
    self.kind = kind
    self.help = help
  }
}

extension SettingsKey.Kind: CustomStringConvertible {
  /// For messages: "a whole number from 1 to 64".
  public var description: String {
    switch self {
    case .text: "a text"
    case .path: "a path"
    case .secretFile: "the path of a file that holds the secret"
    case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .number(let range):
      "a number from \(SettingsValue.number(range.lowerBound)) to \(SettingsValue.number(range.upperBound))"
    case .seconds(let range):
      "seconds from \(SettingsValue.number(range.lowerBound)) to \(SettingsValue.number(range.upperBound))"
    case .flag: "true, false, yes, no, 1 or 0"
    case .list: "a list of names (in a variable: separated by commas)"
    }
  }
}
