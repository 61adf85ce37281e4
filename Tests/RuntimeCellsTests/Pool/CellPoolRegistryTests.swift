import CellContract
import RuntimeCells
import RuntimeCellsTesting
import Testing

@Suite struct CellPoolRegistryTests {
  @Test func `a pool's cells are listed while they exist, under names with one metric label`() async throws {
    let registry = CellRegistry()
    let pool = try CellPool<String, Int>(name: "tenants", options: .init(maxKeys: 1), registry: registry) { _ in 1 }
    for key in ["a", "b", "a", "c"] { _ = try await pool.lease(for: key) }
    #expect(registry.iterate().map(\.name) == ["tenants", "tenants[c]"])
    #expect(Set(registry.snapshot().map { PooledCellName.metricLabel(of: $0.name) }) == ["tenants"])
    // What is gone is still counted: sums over the label never go back.
    #expect(registry.snapshot().reduce(0) { $0 + $1.built } == 4)
    #expect(registry.snapshot().reduce(0) { $0 + $1.disposed } == 3)
    #expect(registry.snapshot().allSatisfy { $0.built == $0.disposed + UInt64($0.live) })
    #expect(throws: CellError(.duplicateName, cell: "", message: "")) {
      try CellPool<Int, Int>(name: "tenants", options: .init(maxKeys: 1), registry: registry) { _ in 1 }
    }
  }

  @Test func `two keys with one label are an error, and the place is given back`() async throws {
    let registry = CellRegistry()
    let pool = try CellPool<Int, Int>(
      name: "p", options: .init(maxKeys: 2, whenFull: .wait(nil)), registry: registry, label: { _ in "same" }
    ) { $0 }
    let lease = try await pool.lease(for: 1)
    await expectError(.duplicateName) { try await pool.lease(for: 2).key }
    #expect(pool.snapshot().members.count == 1)
    lease.release()
  }

  @Test func `shutdown closes a pool's cells after those that use them, and the pool for ever`() async throws {
    let order = Box<String>()
    let registry = CellRegistry()
    let base = RuntimeCell<Int>(name: "base", disposer: .blocking { _ in order.add("base") }) { 1 }
    let pool = try CellPool<String, String>(
      name: "p", options: .init(maxKeys: 2), disposer: .blocking { order.add($0) }, registry: registry
    ) { key in
      _ = try await base.lease()
      return key
    }
    let user = RuntimeCell<Int>(name: "user", disposer: .blocking { _ in order.add("user") }) {
      _ = try await pool.lease(for: "a")
      return 1
    }
    try registry.register(base)
    try registry.register(user)
    _ = try await user.lease()
    let report = try await registry.shutdown(silent: false)
    #expect(order.values == ["user", "a", "base"])
    #expect(
      report.items.map(\.cell) == ["user", "p[a]", "base", "p"]
        || report.items.map(\.cell) == ["user", "p[a]", "p", "base"])
    await expectError(.shutDown) { try await pool.lease(for: "a").key }
    await expectError(.shutDown) { try await pool.lease(for: "b").key }
  }

  @Test func `closeAll of the registry leaves the pool usable`() async throws {
    let ledger = Ledger()
    let registry = CellRegistry()
    let pool = try CellPool<String, Probe>(name: "p", options: .init(maxKeys: 2), registry: registry) { _ in
      ledger.make()
    }
    _ = try await pool.lease(for: "a")
    try await registry.closeAll(silent: false)
    #expect(ledger.disposed == 1)
    #expect(registry.iterate().map(\.name) == ["p"])
    #expect(try await pool.withValue(for: "a") { $0.number } == 2)
    #expect(registry.iterate().map(\.name) == ["p", "p[a]"])
  }

  @Test func `what a cell learned of an evicted key is forgotten`() async throws {
    let registry = CellRegistry()
    let pool = try CellPool<String, Int>(name: "p", options: .init(maxKeys: 1), registry: registry) { _ in 1 }
    let user = RuntimeCell<Int>(name: "user") {
      _ = try await pool.lease(for: "a")
      return 1
    }
    try registry.register(user)
    _ = try await user.lease()
    #expect(user.snapshot().dependencies == ["p[a]"])
    _ = try await pool.lease(for: "b")
    await until { user.snapshot().dependencies.isEmpty }
  }
}
