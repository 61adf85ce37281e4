import CellContract
import RuntimeCells
import RuntimeCellsTesting
import Synchronization
import Testing

@Suite struct CellRegistryTests {
  /// A cell that notes its disposal.
  func cell(_ name: String, _ order: Box<String>, needs: (@Sendable () async throws -> Void)? = nil) -> RuntimeCell<Int>
  {
    RuntimeCell(name: name, disposer: .blocking { _ in order.add(name) }) {
      try await needs?()
      return 1
    }
  }

  @Test func `names are unique and cells are listed in order`() throws {
    let registry = CellRegistry()
    try registry.register(RuntimeCell<Int>(name: "b"))
    try registry.register(RuntimeCell<Int>(name: "a"))
    #expect(throws: CellError(.duplicateName, cell: "a", message: "")) {
      try registry.register(RuntimeCell<String>(name: "a"))
    }
    #expect(registry.iterate().map(\.name) == ["b", "a"])
    #expect(registry.snapshot().map(\.name) == ["b", "a"])
    #expect(registry["a"]?.name == "a")
    #expect(registry["x"] == nil)
  }

  @Test func `shutdown closes dependents first, by what factories asked for`() async throws {
    let order = Box<String>()
    let registry = CellRegistry()
    let c = cell("c", order)
    let b = cell("b", order) { _ = try await c.lease() }
    let a = cell("a", order) { _ = try await b.lease() }
    for cell in [c, a, b] { try registry.register(cell) }
    _ = try await a.lease()
    #expect(a.snapshot().dependencies == ["b"])
    #expect(b.snapshot().dependencies == ["c"])
    let report = try await registry.shutdown(silent: false)
    #expect(order.values == ["a", "b", "c"])
    #expect(report.items.map(\.outcome) == [.ok, .ok, .ok])
    await expectError(.shutDown) { try await a.lease().value }
    #expect(throws: CellError(.shutDown, cell: "", message: "")) { try registry.register(self.cell("d", order)) }
  }

  @Test func `a dependency on a cell that was ready already counts too`() async throws {
    let order = Box<String>()
    let b = cell("b", order)
    let a = cell("a", order) { _ = try await b.lease() }
    _ = try await b.lease()
    _ = try await a.lease()
    #expect(a.snapshot().dependencies == ["b"])
  }

  @Test func `declared dependencies are respected`() async throws {
    let order = Box<String>()
    let registry = CellRegistry()
    let x = cell("x", order)
    let y = cell("y", order)
    try registry.register(x, dependsOn: [])
    try registry.register(y, dependsOn: ["x", "unknown"])
    _ = try await x.lease()
    _ = try await y.lease()
    try await registry.closeAll(silent: false)
    #expect(order.values == ["y", "x"])
  }

  @Test func `declared cycles still end`() async throws {
    let order = Box<String>()
    let registry = CellRegistry()
    for (name, needs) in [("x", "y"), ("y", "z"), ("z", "x")] {
      let cell = cell(name, order)
      try registry.register(cell, dependsOn: [needs])
      _ = try await cell.lease()
    }
    try await registry.closeAll(silent: false)
    #expect(order.values == ["z", "x", "y"])
  }

  @Test func `closeAll can be repeated, and one failing cell never stops the others`() async throws {
    let order = Box<String>()
    let registry = CellRegistry()
    let good = cell("good", order)
    let bad = RuntimeCell<Int>(name: "bad", disposer: .blocking { _ in throw TestError() }) { 1 }
    let clock = ManualClock()
    let stuck = RuntimeCell<Int>(name: "stuck", configuration: .init(clock: CellClock(clock))) { 1 }
    for cell in [bad, stuck, good] { try registry.register(cell, dependsOn: cell === good ? [] : ["good"]) }
    for cell in [good, bad, stuck] { _ = try await cell.lease() }
    let lease = try await stuck.lease()
    let swept = Box<String>()
    registry.addSweep(named: "first") { swept.add("first") }
    registry.addSweep(named: "second") {
      swept.add("second")
      throw TestError(number: 2)
    }
    let closing = Task { try await registry.closeAll(silent: false, perCell: .seconds(30)) }
    await clock.sleepers(1)
    clock.advance(by: .seconds(30))
    let error = await expectError(.closeIncomplete) { try await closing.value }
    #expect(Set(error?.others.map(\.code) ?? []) == [.disposeFailed, .deadlineExceeded])
    #expect(swept.values == ["first", "second"])
    #expect(order.values == ["good"])
    lease.release()
    let report = try await registry.closeAll()
    #expect(report.items.allSatisfy { $0.error == nil })
    #expect(report.sweepErrors.keys.sorted() == ["second"])
    _ = try await good.lease()
    #expect(good.isReady)
    await expectError(.invalidArgument) { try await registry.closeAll(total: .seconds(-1)) }
  }
}
