/// Who a backend is and what it says it can do. A declared ability without its protocol, or the reverse, fails `CELL-0.02`.
public struct BackendManifest: Sendable {
  /// A stable name, for example `acme.lock-cell`: used in reports, file names and on the command line.
  public var name: String
  /// The backend's own version.
  public var version: String
  /// Where its source or documentation is.
  public var url: String
  /// What it can do beyond the minimum.
  public var capabilities: Set<Capability>

  /// Makes a manifest.
  public init(name: String, version: String = "0", url: String = "", capabilities: Set<Capability> = []) {
    self.name = name
    self.version = version
    self.url = url
    self.capabilities = capabilities
  }
}
