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

  @Test func `work that a factory starts and does not wait for may ask its cell, where it says so`() async throws {
    let web = Web()
    let answers = Box<Int>()
    let errors = Box<CellError.Code?>()
    let gate = Gate()
    let forks = Box<Task<Void, Never>>()
    web.add(
      RuntimeCell(name: "a") {
        forks.add(
          Task { errors.add((await caught { try await web["a"]?.withValue { $0 } } as? CellError)?.code) })
        CellReentrancy.suppressed {
          forks.add(Task { answers.add((try? await web["a"]?.withValue { $0 }) ?? -1) })
        }
        await CellReentrancy.suppressed {
          await Task.yield()
          forks.add(Task { answers.add((try? await web["a"]?.withValue { $0 }) ?? -1) })
        }
        await gate.pass()
        return 7
      })
    let leader = Task { try await web["a"]?.withValue { $0 } }
    await gate.arrived()
    // The caller, and the two that are allowed; the third was refused at once.
    await until { web["a"]?.snapshot().waiters == 3 && errors.values == [.reentrant] }
    gate.open()
    #expect(try await leader.value == 7)
    for task in forks.values { await task.value }
    #expect(answers.values == [7, 7])
    #expect(web["a"]?.snapshot().dependencies == [])
    web.clear()
  }

  @Test func `what a factory left behind may ask once the factory has returned`() async throws {
    let web = Web()
    let left = Gate()
    let forks = Box<Task<Int, any Error>>()
    let attempts = Mutex(0)
    // Another factory runs all the time, so that scopes are looked at.
    let busy = Gate()
    let other = RuntimeCell<Int>(name: "other") {
      await busy.pass()
      return 0
    }
    let waiting = Task { try await other.withValue { $0 } }
    await busy.arrived()
    web.add(
      RuntimeCell(name: "a") {
        let attempt = attempts.withLock {
          $0 += 1
          return $0
        }
        if attempt == 1 {
          forks.add(
            Task {
              await left.pass()
              return try await web["a"]?.withValue { $0 } ?? -1
            })
        }
        return attempt
      })
    #expect(try await web["a"]?.withValue { $0 } == 1)
    try await web["a"]?.close()
    left.open()
    for task in forks.values { #expect(try await task.value == 2) }
    busy.open()
    _ = try await waiting.value
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
