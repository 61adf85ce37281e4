/// How the cells of a pool are named: `pool[key]`, and which part of a name may label a metric.
///
/// Keys are tenants or devices: there is no bound on how many a process sees. Logs, snapshots and registries show the whole
/// name; metrics show the pool's name only, so that a pool costs the series of one cell.
public enum PooledCellName {
  /// The name of the cell for one key of a pool: `vectors[acme]`.
  public static func name(pool: String, key: String) -> String { "\(pool)[\(key)]" }

  /// The value of the metric label `cell` for a cell's name: the pool's name for a cell of a pool, else the name itself.
  public static func metricLabel(of name: String) -> String {
    guard name.utf8.last == UInt8(ascii: "]"), let bracket = name.utf8.firstIndex(of: UInt8(ascii: "[")),
      bracket != name.startIndex
    else { return name }
    return String(name[..<bracket])
  }
}
