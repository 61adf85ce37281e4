import CellContract
import RuntimeCells
import RuntimeCellsTesting
import Testing

@Suite struct UnregisterTests {
  @Test func `a cell that was unregistered is no longer listed, and its name can be used again`() throws {
    let registry = CellRegistry()
    let old = RuntimeCell<Int>(name: "a")
    try registry.register(old)
    #expect(registry.unregister(old))
    #expect(!registry.unregister(old))
    #expect(registry.iterate().isEmpty)
    #expect(registry["a"] == nil)
    let new = RuntimeCell<String>(name: "a")
    try registry.register(new)
    #expect(!registry.unregister(old), "another cell of that name stays")
    #expect(registry["a"] === new)
  }

  @Test func `what was learned about a gone cell is forgotten, what was declared is not`() async throws {
    let order = Box<String>()
    func cell(_ name: String, needs: (@Sendable () async throws -> Void)? = nil) -> RuntimeCell<Int> {
      RuntimeCell(name: name, disposer: .blocking { _ in order.add(name) }) {
        try await needs?()
        return 1
      }
    }
    let registry = CellRegistry()
    let old = cell("b")
    let a = cell("a") { _ = try await old.lease() }
    let d = cell("d")
    try registry.register(old)
    try registry.register(a)
    try registry.register(d, dependsOn: ["b"])
    _ = try await a.lease()
    #expect(a.snapshot().dependencies == ["b"])
    registry.unregister(old)
    #expect(a.snapshot().dependencies == [])
    // The new cell of that name needs `a`; an edge from `a` to the old one would make a circle of the two.
    let new = cell("b") { _ = try await a.lease() }
    try registry.register(new)
    _ = try await new.lease()
    _ = try await d.lease()
    try await registry.closeAll(silent: false)
    #expect(order.values == ["d", "b", "a"])
    try await old.close()
  }

  @Test(arguments: [false, true])
  func `a cell unregistered while all are being closed is still closed and reported`(isFinal: Bool) async throws {
    let registry = CellRegistry()
    let gate = Gate()
    let disposed = Box<String>()
    let first = RuntimeCell<Int>(name: "first", disposer: .async { _ in await gate.pass() }) { 1 }
    let second = RuntimeCell<Int>(name: "second", disposer: .blocking { _ in disposed.add("second") }) { 2 }
    try registry.register(second)
    try registry.register(first, dependsOn: ["second"])
    _ = try await first.lease()
    _ = try await second.lease()
    let closing = Task { isFinal ? try await registry.shutdown() : try await registry.closeAll() }
    await gate.arrived()
    #expect(registry.unregister(second))
    gate.open()
    let report = try await closing.value
    #expect(report.items.map(\.cell) == ["first", "second"])
    #expect(disposed.values == ["second"])
    let again = isFinal ? try await registry.shutdown() : try await registry.closeAll()
    #expect(again.items.map(\.cell) == ["first"])
    #expect(registry.snapshot().map(\.name) == ["first"])
  }
}
