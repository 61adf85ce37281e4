import CellContract
import RuntimeCells
import RuntimeCellsTesting
import Testing

@Suite struct CellPoolTests {
  /// A payload with its key.
  final class Item: Closeable {
    let key: String
    let probe: Probe
    init(_ key: String, _ ledger: Ledger) {
      self.key = key
      probe = ledger.make()
    }
    func close() { probe.close() }
  }

  func pool(
    _ maxKeys: Int, _ ledger: Ledger, whenFull: CellPoolOptions.WhenFull = .refuse, registry: CellRegistry? = nil,
    configuration: CellConfiguration = .init(), before: (@Sendable (String) async throws -> Void)? = nil
  ) throws -> CellPool<String, Item> {
    try CellPool(
      name: "p", options: .init(maxKeys: maxKeys, whenFull: whenFull), configuration: configuration, registry: registry
    ) { key in
      try await before?(key)
      return Item(key, ledger)
    }
  }

  @Test func `each key has a payload of its own, made once`() async throws {
    let ledger = Ledger()
    let pool = try pool(4, ledger)
    #expect(pool.withValueIfReady(for: "a") { $0.key } == nil)
    #expect(try await pool.withValue(for: "a") { $0.key } == "a")
    #expect(try await pool.withValue(for: "b") { $0.key } == "b")
    #expect(try await pool.withValue(for: "a") { $0.key } == "a")
    #expect(pool.withValueIfReady(for: "a") { $0.key } == "a")
    #expect(ledger.built == 2)
    #expect(pool.snapshot().members.map(\.key) == ["b", "a"])
    #expect(pool.snapshot().members.map(\.cell.name) == ["p[b]", "p[a]"])
  }

  @Test func `of many that want the same new key one has the factory run`() async throws {
    let ledger = Ledger()
    let gate = Gate()
    let pool = try pool(2, ledger) { _ in await gate.pass() }
    let callers = (0..<20).map { _ in Task { try await pool.withValue(for: "a") { $0.probe.number } } }
    await until { pool.snapshot().members.first?.users == 20 }
    gate.open()
    for caller in callers { #expect(try await caller.value == 1) }
    #expect(ledger.built == 1)
    #expect(pool.snapshot().members.first?.users == 0)
  }

  @Test func `a full pool evicts the least recently used key, and only then makes the new payload`() async throws {
    let ledger = Ledger()
    let gate = Gate()
    let pool = try CellPool<String, Int>(
      name: "p", options: .init(maxKeys: 2),
      disposer: .async { _ in
        await gate.pass()
        ledger.make().close()
      }
    ) { _ in 1 }
    for key in ["a", "b", "a"] { _ = try await pool.lease(for: key) }
    let third = Task { try await pool.withValue(for: "c") { $0 } }
    await gate.arrived()
    #expect(pool.snapshot().live == 2)
    #expect(pool.snapshot().members.map(\.isClosing) == [true, false])
    gate.open()
    #expect(try await third.value == 1)
    #expect(ledger.disposed == 1)
    #expect(Set(pool.snapshot().members.map(\.key)) == ["a", "c"])
    #expect(pool.snapshot().evictions == 1)
  }

  @Test func `with all keys in use a new one is refused at once`() async throws {
    let ledger = Ledger()
    let pool = try pool(1, ledger)
    let lease = try await pool.lease(for: "a")
    await expectError(.overloaded) { try await pool.withValue(for: "b") { _ in } }
    #expect(try await pool.withValue(for: "a") { $0.key } == "a")
    #expect(!lease.value.probe.isClosed)
    #expect(pool.snapshot().refused == 1)
    lease.release()
    #expect(try await pool.withValue(for: "b") { $0.key } == "b")
    #expect(ledger.disposed == 1)
  }

  @Test func `or waits until one is free`() async throws {
    let ledger = Ledger()
    let pool = try pool(1, ledger, whenFull: .wait(nil))
    let lease = try await pool.lease(for: "a")
    let waiting = Task { try await pool.withValue(for: "b") { $0.key } }
    await until { pool.snapshot().waiting == 1 }
    #expect(try await pool.withValue(for: "a") { $0.key } == "a", "a key in use serves on")
    lease.release()
    #expect(try await waiting.value == "b")
    #expect(ledger.disposed == 1)
  }

  @Test func `a wait for a place ends at its deadline, at the call's, and at a cancellation`() async throws {
    let ledger = Ledger()
    let clock = ManualClock()
    let pool = try pool(
      1, ledger, whenFull: .wait(.seconds(10)), configuration: .init(clock: CellClock(clock)))
    let lease = try await pool.lease(for: "a")
    let patient = Task { try await pool.withValue(for: "b") { _ in } }
    let hasty = Task { try await pool.withValue(for: "b", deadline: .seconds(1)) { _ in } }
    let cancelled = Task { try await pool.withValue(for: "c") { _ in } }
    await clock.sleepers(3)
    cancelled.cancel()
    await #expect(throws: CancellationError.self) { try await cancelled.value }
    clock.advance(by: .seconds(1))
    await expectError(.overloaded) { try await hasty.value }
    #expect(pool.snapshot().waiting == 1)
    clock.advance(by: .seconds(9))
    await expectError(.overloaded) { try await patient.value }
    await expectError(.invalidArgument) { try await pool.lease(for: "a", deadline: .seconds(-1)).key }
    lease.release()
    #expect(ledger.built == 1)
  }

  @Test func `draining takes the least recently used key out of use, and its users finish`() async throws {
    let ledger = Ledger()
    let pool = try pool(2, ledger, whenFull: .drain(nil))
    let a = try await pool.lease(for: "a")
    let b = try await pool.lease(for: "b")
    let waiting = Task { try await pool.withValue(for: "c") { $0.key } }
    await until { pool.snapshot().members.first?.isClosing == true }
    #expect(pool.snapshot().members.first?.key == "a")
    #expect(!a.value.probe.isClosed)
    // Whoever wants the drained key now waits like everybody else.
    let again = Task { try await pool.withValue(for: "a") { $0.probe.number } }
    await until { pool.snapshot().waiting == 2 }
    a.release()
    #expect(try await waiting.value == "c")
    #expect(try await again.value == 4)
    #expect(!b.value.probe.isClosed)
    #expect(ledger.disposed == 2 && ledger.doubleDisposals == 0)
  }

  @Test func `generations of a key never repeat, even after an eviction`() async throws {
    let pool = try pool(1, Ledger())
    var seen: [CellGeneration] = []
    for key in ["a", "b", "a", "a"] {
      let lease = try await pool.lease(for: key)
      seen.append(lease.generation)
    }
    #expect(seen.map(\.rawValue) == [1, 2, 3, 3])
  }

  @Test func `a key whose factory fails gives its place back`() async throws {
    let ledger = Ledger()
    let pool = try pool(1, ledger) { if $0.hasPrefix("bad") { throw TestError(number: 1) } }
    for number in 0..<5 {
      await expectError(.initializationFailed) { try await pool.withValue(for: "bad\(number)") { _ in } }
    }
    #expect(try await pool.withValue(for: "good") { $0.key } == "good")
    #expect(pool.snapshot().members.map(\.key) == ["good"])
    #expect(ledger.disposed == 0)
  }

  @Test func `a key that cools down stays until its place is needed`() async throws {
    let ledger = Ledger()
    let pool = try pool(
      2, ledger,
      configuration: .init(
        failurePolicy: .backoff(.init(initial: .seconds(60), jitter: 0)), clock: .init(ManualClock()))
    ) { if $0.hasPrefix("bad") { throw TestError() } }
    await expectError(.initializationFailed) { try await pool.withValue(for: "bad") { _ in } }
    await expectError(.coolingDown) { try await pool.withValue(for: "bad") { _ in } }
    _ = try await pool.lease(for: "a")
    // `a` was used before `bad` was asked for again, but `bad` holds nothing.
    await expectError(.coolingDown) { try await pool.withValue(for: "bad") { _ in } }
    _ = try await pool.lease(for: "b")
    #expect(Set(pool.snapshot().members.map(\.key)) == ["a", "b"])
    #expect(ledger.disposed == 0)
  }

  @Test func `a factory never waits for a place`() async throws {
    final class Ring: Sendable {
      let pool = Box<CellPool<String, Item>>()
    }
    let ring = Ring()
    let pool = try pool(1, Ledger(), whenFull: .wait(nil)) { key in
      if key == "outer" { _ = try await ring.pool.values.first?.lease(for: "inner") }
    }
    ring.pool.add(pool)
    let error = await expectError(.initializationFailed) { try await pool.withValue(for: "outer") { _ in } }
    #expect((error?.underlying as? CellError)?.code == .overloaded)
    let same = Ring()
    let selfish = try self.pool(2, Ledger(), whenFull: .wait(nil)) { key in
      _ = try await same.pool.values.first?.lease(for: key)
    }
    same.pool.add(selfish)
    let reentrant = await expectError(.initializationFailed) { try await selfish.withValue(for: "x") { _ in } }
    #expect((reentrant?.underlying as? CellError)?.code == .reentrant)
  }

  @Test func `silly options are an error`() async throws {
    #expect(throws: CellError(.invalidArgument, cell: "", message: "")) { try self.pool(0, Ledger()) }
    #expect(throws: CellError(.invalidArgument, cell: "", message: "")) {
      try self.pool(1, Ledger(), whenFull: .wait(.seconds(-1)))
    }
  }
}
