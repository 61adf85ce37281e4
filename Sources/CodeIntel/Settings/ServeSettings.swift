/// How the service listens and ends, as the settings give it.
public struct ServeSettings: Sendable, Equatable {
  /// The address to listen on; loopback by default.
  public var host = "127.0.0.1"
  /// The port; 0 lets the system choose.
  public var port = 8080
  /// Names under which the service is asked for, beside addresses and `localhost`; `*` stands for any.
  public var allowedHosts: [String] = []
  /// The file that holds the admin token; nil switches administration off.
  public var adminTokenFile: String?
  /// Whether admin routes answer the service's own host only.
  public var adminLoopbackOnly = true
  /// How many requests to admin routes are accepted a minute; a third of them may come at once.
  public var adminPerMinute = 60
  /// How many searches run at once.
  public var searchConcurrency = 8
  /// How many searches wait at once.
  public var searchQueue = 64
  /// The deadline of a search that names none.
  public var searchDeadline: Duration = .seconds(10)
  /// How long the service says that it is not ready before it stops listening.
  public var lameDuckDelay: Duration = .seconds(5)
  /// How long a connection without a request is kept after that.
  public var drainQuietTime: Duration = .seconds(1)
  /// How long the whole shutdown may take before what still runs is cancelled.
  public var drainLimit: Duration = .seconds(60)

  /// The defaults.
  public init() {}
}
