import CellContract
import RuntimeCells
import Testing

@Suite struct NoncopyableTests {
  /// A handle that is given back exactly once, because it cannot be copied.
  struct Handle: ~Copyable, Sendable {
    let number: Int
    let givenBack: Box<Int>
    borrowing func flush() -> String { "flushed \(number)" }
    deinit { givenBack.add(number) }
  }

  @Test func `a boxed value that cannot be copied is used in place and given back once, after the last lease`()
    async throws
  {
    let givenBack = Box<Int>()
    let flushed = Box<String>()
    let cell = RuntimeCell<CellBox<Handle>>(name: "c", disposer: .blocking { flushed.add($0.value.flush()) }) {
      CellBox(Handle(number: 7, givenBack: givenBack))
    }
    #expect(try await cell.withValue { $0.value.number } == 7)
    #expect(cell.withValueIfReady { $0.value.number } == 7)
    let lease = try await cell.lease()
    let closing = Task { try await cell.close() }
    await until { !cell.isReady }
    #expect(lease.value.value.number == 7)
    #expect(givenBack.values == [] && flushed.values == [])
    lease.release()
    #expect(try await closing.value == .ok)
    #expect(flushed.values == ["flushed 7"])
    #expect(givenBack.values == [7])
  }

  @Test func `one that arrives after its close is given back, never used`() async throws {
    let givenBack = Box<Int>()
    let gate = Gate()
    let cell = RuntimeCell<CellBox<Handle>>(name: "c") {
      await gate.pass()
      return CellBox(Handle(number: 8, givenBack: givenBack))
    }
    let caller = Task { await caught { try await cell.lease().generation } as? CellError }
    await gate.arrived()
    let closing = Task { try await cell.close() }
    #expect(await caller.value?.code == .closed)
    gate.open()
    _ = try await closing.value
    #expect(givenBack.values == [8])
  }
}
