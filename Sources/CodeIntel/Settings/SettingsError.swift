public import ProblemDetails

/// The settings cannot be used; every fault that was found is in it.
public struct SettingsError: Error, Sendable, Equatable, CustomStringConvertible {
  /// One thing that is wrong.
  public struct Fault: Sendable, Hashable {
    /// The setting, or the name that is no setting.
    public var key: String
    /// Where it was found: `flags`, `environment` with the variable, `file` with its path.
    public var origin: String
    /// What is wrong and what would be right.
    public var message: String
  }

  /// An open set of stable strings.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The stable string.
    public let rawValue: String
    /// Wraps a stable string.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Values cannot be understood or names are unknown.
    public static let invalid = Code(rawValue: "settings.invalid")
    /// The configuration file cannot be read, or is no YAML mapping.
    public static let unreadableFile = Code(rawValue: "settings.unreadable-file")
  }

  /// What kind of failure this is.
  public var code: Code
  /// Everything that is wrong.
  public var faults: [Fault]

  /// Makes an error.
  public init(_ code: Code, faults: [Fault]) {
    self.code = code
    self.faults = faults
  }

  /// Compares codes only.
  public static func == (left: Self, right: Self) -> Bool { left.code == right.code }

  /// One line for each fault.
  public var description: String {
    faults.map { "\($0.key) (\($0.origin)): \($0.message)" }.joined(separator: "\n")
  }
}

extension SettingsError: ProblemConvertible {
  /// The code's stable string.
  public var problemCode: String { code.rawValue }
  /// One line for each fault.
  public var problemDetail: String { description }
  /// `faults`: one object with `key`, `origin` and `detail` for each.
  public var problemExtensions: [String: ProblemValue] {
    let list = faults.map { fault -> ProblemValue in
      ["key": .string(fault.key), "origin": .string(fault.origin), "detail": .string(fault.message)]
    }
    return ["faults": .array(list)]
  }
}
