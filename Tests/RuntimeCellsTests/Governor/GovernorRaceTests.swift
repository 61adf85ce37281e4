import CellContract
import RuntimeCells
import Synchronization
import Testing

/// Many tasks at once, over cells that fit only in part and need each other.
@Suite struct GovernorRaceTests {
  @Test func `the budget holds, nobody waits for ever, and nothing is lost`() async throws {
    let ledger = Ledger()
    let usage = FakeMemory(.init(limit: 1000, usage: 100))
    let governor = try MemoryGovernor(
      policy: .init(budget: 100, admissionDeadline: .milliseconds(200), interval: .milliseconds(1)),
      source: MemorySource { try usage.read() })
    let inner = (0..<3).map { number in
      RuntimeCell<Probe>(
        name: "i\(number)", configuration: .init(memory: .init(governor: governor, footprint: 20, priority: number))
      ) { () async throws -> Probe in ledger.make() }
    }
    let outer = (0..<4).map { number in
      RuntimeCell<Probe>(name: "o\(number)", configuration: .init(memory: .init(governor: governor, footprint: 35))) {
        () async throws -> Probe in
        try await inner[number % 3].withValue { _ in await Task.yield() }
        return ledger.make()
      }
    }
    let cells = inner + outer
    // One after another, before anybody watches the memory: each cell fits, so each is made, with the one it needs.
    for cell in cells {
      try await cell.withValue { _ in }
      for made in cells { try await made.close() }
    }
    #expect(ledger.built == inner.count + 2 * outer.count)
    governor.start()
    let wrong = Box<String>()
    await withTaskGroup(of: Void.self) { group in
      for task in 0..<6 {
        group.addTask {
          var random = SplitMix(state: UInt64(task) * 31 + 7)
          for _ in 0..<400 {
            let cell = cells[random.next(cells.count)]
            do {
              switch random.next(8) {
              case 0: try await cell.close()
              case 1: usage.reading.withLock { $0.usage = random.next(6) == 0 ? 950 : 100 }
              default:
                try await cell.withValue { probe in
                  if probe.isClosed { wrong.add("disposed under a lease") }
                  await Task.yield()
                }
              }
            } catch let error as CellError {
              let causes = [error.code, (error.underlying as? CellError)?.code ?? error.code]
              let expected: [CellError.Code] = [.notAdmitted, .tooLarge, .closed, .initializationFailed]
              if !causes.allSatisfy(expected.contains) { wrong.add("\(error)") }
            } catch { wrong.add("\(error)") }
            if governor.snapshot().held > 100 { wrong.add("\(governor.snapshot().held) held") }
          }
        }
      }
    }
    #expect(wrong.values == [])
    governor.stop()
    for cell in cells { try await cell.shutDown() }
    #expect(governor.snapshot().held == 0 && governor.snapshot().waiting == 0)
    #expect(ledger.built == ledger.disposed && ledger.doubleDisposals == 0)
    // How many were made in the race is the scheduler's affair; that each is on its cell's account is not.
    #expect(cells.reduce(0) { $0 + $1.snapshot().built } == UInt64(ledger.built))
    #expect(cells.reduce(0) { $0 + $1.snapshot().disposed } == UInt64(ledger.disposed))
  }
}
