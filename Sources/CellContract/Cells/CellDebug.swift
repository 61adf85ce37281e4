/// The environment variables that make cells tell more about themselves, at a price.
public enum CellDebug {
  /// Has the cells that are made from then on record where their leases were taken. Values as for ``CellGuard``.
  public static let leaseSitesVariable = "KGFOUNDRY_RECORD_LEASE_SITES"
}
