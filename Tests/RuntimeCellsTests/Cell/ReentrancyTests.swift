import CellContract
import RuntimeCells
import Synchronization
import Testing

@Suite struct ReentrancyTests {
  /// Cells that can be named before they are made.
  final class Web: Sendable {
    private let cells: Mutex<[String: RuntimeCell<Int>]> = Mutex([:])
    subscript(name: String) -> RuntimeCell<Int>? { cells.withLock { $0[name] } }
    func add(_ cell: RuntimeCell<Int>) { cells.withLock { $0[cell.name] = cell } }
    func clear() { cells.withLock { $0 = [:] } }
  }

  /// The innermost cell error.
  func root(_ error: (any Error)?) -> CellError? {
    var found = error as? CellError
    while let next = found?.underlying as? CellError { found = next }
    return found
  }

  @Test(arguments: [false, true]) func `a circle over three cells in one task is an error with its path`(blocks: Bool)
    async throws
  {
    let web = Web()
    for (name, next) in [("a", "b"), ("b", "c"), ("c", "a")] {
      web.add(
        blocks
          ? RuntimeCell(name: name) { try web[next]?.withValueBlocking { $0 } ?? 0 }
          : RuntimeCell(name: name) { try await web[next]?.withValue { $0 } ?? 0 })
    }
    let error = await caught { try await web["a"]?.withValue { $0 } }
    #expect(root(error)?.code == .reentrant)
    #expect(root(error)?.path == ["a", "b", "c", "a"])
    web.clear()
  }

  @Test func `two tasks that wait crosswise: one gets the circle, neither hangs`() async throws {
    let web = Web()
    let gateA = Gate()
    let gateB = Gate()
    web.add(
      RuntimeCell(name: "a") {
        await gateA.pass()
        return try await web["b"]?.withValue { $0 } ?? 0
      })
    web.add(
      RuntimeCell(name: "b") {
        await gateB.pass()
        return try await web["a"]?.withValue { $0 } ?? 0
      })
    let first = Task { await caught { try await web["a"]?.withValue { $0 } } }
    let second = Task { await caught { try await web["b"]?.withValue { $0 } } }
    await gateA.arrived()
    await gateB.arrived()
    gateA.open()
    gateB.open()
    let errors = [await first.value, await second.value]
    #expect(errors.allSatisfy { root($0)?.code == .reentrant })
    #expect(Set(root(errors[0])?.path ?? []) == ["a", "b"])
    web.clear()
  }

  @Test func `a diamond of dependencies is no circle`() async throws {
    let base = RuntimeCell<Int>(name: "base") { 1 }
    let left = RuntimeCell<Int>(name: "left") { try await base.withValue { $0 } + 1 }
    let right = RuntimeCell<Int>(name: "right") { try base.withValueBlocking { $0 } + 2 }
    let top = RuntimeCell<Int>(name: "top") {
      async let one = left.withValue { $0 }
      async let two = right.withValue { $0 }
      return try await one + two
    }
    #expect(try await top.withValue { $0 } == 5)
    #expect(Set(top.snapshot().dependencies) == ["left", "right"])
  }
}
