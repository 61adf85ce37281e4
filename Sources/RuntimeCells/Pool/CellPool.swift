internal import CellContract

/// Runtime cells by key, one for each tenant, device or file: made when the key is first asked for, bounded in number, the
/// least recently used one disposed when another key needs its place.
///
/// ```swift
/// let indexes = try CellPool<String, Index>(name: "indexes", options: .init(maxKeys: 8), registry: registry) { tenant in
///   try Index(reading: "/srv/\(tenant)")
/// }
/// let hits = try await indexes.withValue(for: "acme") { try await $0.search(query) }
/// ```
///
/// Each key has a ``RuntimeCell`` of its own, named `indexes[acme]`, with all that a cell promises: one factory at a time,
/// waiters that can be cancelled, leases, an exactly-once disposal. There are never more payloads than `maxKeys`: a key
/// keeps its place until its payload is disposed. A key in use is not evicted (see ``CellPoolOptions/WhenFull``).
///
/// A factory that asks a pool for a key never waits for a place to be given up: it holds one itself, perhaps the one that
/// would have to go. It is refused with ``CellError/Code/overloaded`` instead.
///
/// Keys are hashed and compared under the pool's lock: keep that cheap, and let it not call the pool.
public final class CellPool<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  /// The pool's name: the label of its metrics, and what its cells' names begin with.
  public let name: String
  let options: CellPoolOptions
  let configuration: CellConfiguration
  let disposer: CellDisposer<Value>
  let registry: CellRegistry?
  let dependencies: [String]
  let label: @Sendable (Key) -> String
  let factory: Factory
  let state: Guarded<State>
  private let row: PoolRow

  /// Makes the payload of a key.
  enum Factory: Sendable {
    case blocking(@Sendable (Key) throws -> Value)
    case async(@Sendable (Key) async throws -> Value)

    func bound(to key: Key) -> CellFactory<Value> {
      switch self {
      case .blocking(let make): .blocking { try make(key) }
      case .async(let make): .async { try await make(key) }
      }
    }
  }

  /// Makes an empty pool whose payloads are made by a factory that may block. It runs on a thread made for that.
  ///
  /// - Parameters:
  ///   - options: how many keys, and what happens when all are in use.
  ///   - configuration: of each key's cell. Its observers see events of `name[key]`.
  ///   - disposer: how a payload is disposed.
  ///   - registry: where the cells are listed while they exist, together with a row for the pool itself under `name`;
  ///     nil for none. Closing the registry closes the pool.
  ///   - dependencies: names of cells that every key's payload needs, beyond those that the factory is seen to ask for.
  ///   - label: names a key, uniquely; shows up in logs and snapshots, never in metric labels.
  ///   - factory: makes the payload of a key.
  /// - Throws: ``CellError`` with `invalidArgument` (no place for even one key, a negative deadline), `duplicateName`,
  ///   `shutDown` (the registry was).
  public convenience init(
    name: String, options: CellPoolOptions, configuration: CellConfiguration = CellConfiguration(),
    disposer: CellDisposer<Value> = .automatic, registry: CellRegistry? = nil, dependsOn dependencies: [String] = [],
    label: @escaping @Sendable (Key) -> String = { "\($0)" },
    _ factory: @escaping @Sendable (Key) throws -> Value
  ) throws {
    try self.init(
      name, options, configuration, disposer, registry, dependencies, label, factory: .blocking(factory))
  }

  /// The same for a factory that suspends; it runs in a task of the cell's own.
  public convenience init(
    name: String, options: CellPoolOptions, configuration: CellConfiguration = CellConfiguration(),
    disposer: CellDisposer<Value> = .automatic, registry: CellRegistry? = nil, dependsOn dependencies: [String] = [],
    label: @escaping @Sendable (Key) -> String = { "\($0)" },
    _ factory: @escaping @Sendable (Key) async throws -> Value
  ) throws {
    try self.init(name, options, configuration, disposer, registry, dependencies, label, factory: .async(factory))
  }

  init(
    _ name: String, _ options: CellPoolOptions, _ configuration: CellConfiguration, _ disposer: CellDisposer<Value>,
    _ registry: CellRegistry?, _ dependencies: [String], _ label: @escaping @Sendable (Key) -> String,
    factory: Factory
  ) throws {
    guard options.maxKeys > 0 else {
      throw CellError(
        .invalidArgument, cell: name,
        message: "Pool '\(name)' has places for \(options.maxKeys) keys, which is none. Use 1 or more.")
    }
    for deadline in [options.longestWait, options.evictionDeadline] {
      if let deadline, deadline < .zero { throw Self.negative(deadline, name) }
    }
    self.name = name
    self.options = options
    self.configuration = configuration
    self.disposer = disposer
    self.registry = registry
    self.dependencies = dependencies
    self.label = label
    self.factory = factory
    var drains = false
    if case .drain = options.whenFull { drains = true }
    let state = Guarded(State(table: PoolTable(capacity: options.maxKeys, drainsInUse: drains)))
    self.state = state
    let pool = WeakPool<Key, Value>()
    row = PoolRow(name: name) {
      state.withLock { $0.row(name) }
    } end: { deadline, isFinal in
      guard let pool = pool.reference else { return CellCloseReport() }
      return try await pool.end(deadline: deadline, silent: true, isFinal: isFinal)
    }
    pool.reference = self
    try registry?.register(row)
  }

  deinit {
    guard let registry else { return }
    for member in state.withLock({ $0.members.values.map(\.cell) }) { registry.unregister(member) }
    registry.unregister(row)
  }

  static func negative(_ deadline: Duration, _ name: String) -> CellError {
    CellError(
      .invalidArgument, cell: name,
      message: "A deadline of \(deadline) for pool '\(name)' makes no sense: it counts from now and is not negative.")
  }
}

/// Lets a pool's row find the pool without keeping it alive.
private final class WeakPool<Key: Hashable & Sendable, Value: Sendable>: @unchecked Sendable {
  // @unchecked: set once, before the pool is handed to anybody.
  weak var reference: CellPool<Key, Value>?
}
