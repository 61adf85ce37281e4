/// The environment variables that allow what is dangerous in production, and how their values are read.
public enum CellGuard {
  /// Allows seeding a cell.
  public static let seedVariable = "KGFOUNDRY_ALLOW_RUNTIME_SEED"
  /// Allows swapping a payload, together with a permit.
  public static let swapVariable = "KGFOUNDRY_ALLOW_RUNTIME_SWAP"

  /// Whether a value switches something on: `1`, `true`, `yes` or `on`, in any case. Everything else does not.
  public static func isTruthy(_ value: String?) -> Bool {
    guard let value else { return false }
    return ["1", "true", "yes", "on"].contains(value.lowercased())
  }
}
