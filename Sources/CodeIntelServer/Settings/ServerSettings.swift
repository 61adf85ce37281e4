public import CodeIntel
public import RuntimeCells

/// How the service listens and what it accepts. Plain values: whoever reads a configuration fills them in.
public struct ServerSettings: Sendable {
  /// The address to listen on. Loopback by default; anything else is open to the network.
  public var host = "127.0.0.1"
  /// The port; 0 lets the system choose.
  public var port = 8080
  /// Names under which the service is asked for, beside addresses and `localhost`; `*` stands for any. None means any,
  /// unless it listens on loopback.
  public var allowedHosts: [String] = []
  /// The file whose content is the admin token; nil switches administration off.
  public var adminTokenFile: String?
  /// Whether admin routes answer the service's own host only.
  public var adminLoopbackOnly = true
  /// Requests to admin routes that may come at once, and how many a minute after that.
  public var adminRate = RequestRate(burst: 20, perMinute: 60)
  /// How many searches run and wait at once. Who waits longer than the queue deadline is turned away.
  public var searchLimits = GateLimits(maxConcurrency: 8, maxQueue: 64, queueDeadline: .seconds(2))
  /// The deadline of a search that names none.
  public var searchDeadline: Duration = .seconds(10)
  /// The longest deadline a search may name.
  public var maximumSearchDeadline: Duration = .seconds(60)
  /// The largest body, in bytes; also how much of a body that is not read may follow its answer.
  public var maximumBodyBytes = 512 * 1024
  /// The longest path and query, in bytes.
  public var maximumURIBytes = 16 * 1024
  /// The largest header, all fields together, in bytes.
  public var maximumHeaderBytes = 32 * 1024
  /// How long the body of a request may take to arrive; also how long after its answer one that is not read may.
  public var bodyTimeout: Duration = .seconds(10)
  /// How long a connection may be open without a complete request head, or idle between requests.
  public var idleTimeout: Duration = .seconds(30)
  /// How long a connection without a request is kept while the service ends.
  public var drainQuietTime: Duration = .seconds(1)
  /// How many connections may be open; further ones wait in the system's queue.
  public var maximumConnections = 1024
  /// How many dashboards may watch the cells at once.
  public var maximumWatchers = 16
  /// How often a dashboard's table is brought up to date.
  public var watchInterval: Duration = .seconds(1)

  /// The defaults.
  public init() {}

  /// What the engine's settings say of serving; the rest as by default.
  public init(_ serve: ServeSettings) {
    host = serve.host
    port = serve.port
    allowedHosts = serve.allowedHosts
    adminTokenFile = serve.adminTokenFile
    adminLoopbackOnly = serve.adminLoopbackOnly
    adminRate = RequestRate(burst: max(1, serve.adminPerMinute / 3), perMinute: Double(serve.adminPerMinute))
    searchLimits.maxConcurrency = serve.searchConcurrency
    searchLimits.maxQueue = serve.searchQueue
    searchDeadline = serve.searchDeadline
    maximumSearchDeadline = max(maximumSearchDeadline, serve.searchDeadline)
    drainQuietTime = serve.drainQuietTime
  }

  /// Checks everything.
  ///
  /// - Throws: ``ServerError`` with `invalidSettings` that names every setting that makes no sense.
  public func validate() throws(ServerError) {
    var faults: [String] = []
    func check(_ holds: Bool, _ fault: String) { if !holds { faults.append(fault) } }
    check(!host.isEmpty, "host is empty")
    check((0...65_535).contains(port), "port is \(port), 0 to 65535 is accepted")
    check(
      searchLimits.maxConcurrency >= 1, "search concurrency is \(searchLimits.maxConcurrency), at least 1 is needed")
    check(searchLimits.maxQueue >= 0, "search queue is \(searchLimits.maxQueue), 0 or more is accepted")
    check(searchDeadline > .zero, "search deadline is \(searchDeadline), more than 0 is needed")
    check(maximumSearchDeadline >= searchDeadline, "the longest search deadline is below the default one")
    check(maximumBodyBytes >= 1024, "maximum body is \(maximumBodyBytes) bytes, at least 1024 are needed")
    check(maximumURIBytes >= 256, "maximum URI is \(maximumURIBytes) bytes, at least 256 are needed")
    check(maximumHeaderBytes >= 1024, "maximum header is \(maximumHeaderBytes) bytes, at least 1024 are needed")
    check(bodyTimeout > .zero && idleTimeout > .zero, "timeouts are more than 0")
    check(drainQuietTime >= .zero, "the quiet time is below 0")
    check(maximumConnections >= 1, "maximum connections is \(maximumConnections), at least 1 is needed")
    check(maximumWatchers >= 0 && watchInterval > .zero, "watchers are 0 or more, their interval more than 0")
    check(adminRate.burst >= 1 && adminRate.perMinute > 0, "the admin rate lets nobody through")
    guard faults.isEmpty else {
      throw ServerError(.invalidSettings, "Settings of the service: " + faults.joined(separator: "; ") + ".")
    }
  }
}
