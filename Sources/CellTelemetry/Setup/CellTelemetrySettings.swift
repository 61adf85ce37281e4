/// What a program may set about how its cells are seen. The names in quotes are the settings' keys.
public struct CellTelemetrySettings: Sendable, Hashable {
  /// "telemetry.compat_names": whether the metrics of the original design's three drafts are exported under their names too.
  /// `docs/observability.md` has the table.
  public var compatNames: Bool
  /// Cells beyond this number share the label value `_other`, in metrics.
  public var maxCells: Int
  /// How many events may wait for the log.
  public var logCapacity: Int

  /// The key of ``compatNames``.
  public static let compatNamesKey = "telemetry.compat_names"

  /// Settings with the defaults.
  public init(compatNames: Bool = false, maxCells: Int = 200, logCapacity: Int = 1024) {
    self.compatNames = compatNames
    self.maxCells = maxCells
    self.logCapacity = logCapacity
  }
}
