public import CellContract

/// A named, thread-safe place for one heavy resource that is made when first needed, shared by all, replaced while in use,
/// and disposed exactly once.
///
/// ```swift
/// let index = RuntimeCell(name: "faiss", disposer: .automatic) { try FaissIndex(reading: path) }
/// let hits = try await index.withValue { index in try await index.search(query) }
/// ```
///
/// Many callers may ask at once: one factory runs, in a place of its own (a loader thread for a blocking factory, a task
/// for a suspending one), and each caller waits by itself and can be cancelled by itself. Reads of a ready cell take no
/// lock. Nobody ever sees a payload that is being disposed: each use is a lease, and a close waits for the leases.
///
/// A cell that is dropped closes itself: its payload is disposed after the last lease.
public final class RuntimeCell<Value: Sendable>: ManagedCell {
  /// The cell's stable name.
  public let name: String
  @usableFromInline let ground: CellGround
  @usableFromInline let payloads: UnsafeMutablePointer<Payload<Value>>
  let core: CellCore<Value>
  /// Limits the users, if the cell is configured so.
  @usableFromInline let gate: CellGate?
  /// Whether somebody is to be told of a lease: its gate, or a record of who holds leases.
  @usableFromInline let isTended: Bool
  /// Makes the payload for callers that bring no factory.
  @usableFromInline let factory: CellFactory<Value>?

  /// Makes an empty cell. Nothing runs until somebody asks for the payload.
  ///
  /// - Parameters:
  ///   - name: label of the cell's metrics and key in its registry.
  ///   - configuration: policies, clock, threads, observers.
  ///   - disposer: how a payload is disposed.
  ///   - factory: makes the payload for callers that bring no factory; nil if all of them bring one.
  public init(
    name: String, configuration: CellConfiguration = CellConfiguration(), disposer: CellDisposer<Value> = .automatic,
    factory: CellFactory<Value>? = nil
  ) {
    self.name = name
    self.factory = factory
    core = CellCore(name: name, configuration: configuration, disposer: disposer)
    ground = core.ground
    payloads = core.payloads
    gate = core.gate
    isTended = core.gate != nil || core.sites != nil
  }

  /// Makes an empty cell whose payload is made by a factory that may block. It runs on a thread made for that.
  public convenience init(
    name: String, configuration: CellConfiguration = CellConfiguration(), disposer: CellDisposer<Value> = .automatic,
    _ factory: @escaping @Sendable () throws -> Value
  ) {
    self.init(name: name, configuration: configuration, disposer: disposer, factory: .blocking(factory))
  }

  /// Makes an empty cell whose payload is made by a factory that suspends. It runs in a task of the cell's own.
  public convenience init(
    name: String, configuration: CellConfiguration = CellConfiguration(), disposer: CellDisposer<Value> = .automatic,
    _ factory: @escaping @Sendable () async throws -> Value
  ) {
    self.init(name: name, configuration: configuration, disposer: disposer, factory: .async(factory))
  }

  deinit { core.abandon() }

  /// The cell as it is now. Takes the cell's lock for a moment; never waits for user code.
  public func snapshot() -> CellSnapshot { core.snapshot() }

  /// Returns when the observers have seen everything that happened before the call.
  public func observersCaughtUp() async { await core.observersCaughtUp() }
}

// @unchecked: the pointers lead to memory that the core keeps and guards.
extension RuntimeCell: @unchecked Sendable {}
