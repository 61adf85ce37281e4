internal import CCellSupport

/// Where guards look up environment variables, so that tests can bring their own.
public struct CellEnvironment: Sendable {
  private let lookUp: @Sendable (String) -> String?

  /// Uses any look-up.
  public init(_ lookUp: @escaping @Sendable (String) -> String?) { self.lookUp = lookUp }

  /// Uses fixed values.
  public init(_ values: [String: String]) { lookUp = { values[$0] } }

  /// The value of a variable, or nil.
  public subscript(name: String) -> String? { lookUp(name) }

  /// The environment of the process, read at each call.
  public static let process = CellEnvironment { name in
    cell_environment_value(name).map { String(cString: $0) }
  }
}
