import CellContract
import RuntimeCells
import Testing

/// Many tasks at once: leases, closes and evictions of few places for many keys.
@Suite struct CellPoolRaceTests {
  @Test(arguments: [CellPoolOptions.WhenFull.refuse, .wait(nil), .drain(nil)])
  func `nobody uses a disposed payload, each is disposed once, and the bound holds`(
    whenFull: CellPoolOptions.WhenFull
  ) async throws {
    let ledger = Ledger()
    let registry = CellRegistry()
    let most = 3
    let pool = try CellPool<Int, Probe>(
      name: "p", options: .init(maxKeys: most, whenFull: whenFull), registry: registry
    ) { key async throws -> Probe in
      if key == 6 { throw TestError() }
      return ledger.make()
    }
    let wrong = Box<String>()
    await withTaskGroup(of: Void.self) { group in
      for task in 0..<8 {
        group.addTask {
          var random = SplitMix(state: UInt64(task) * 77 + 5)
          for _ in 0..<400 {
            let key = random.next(7)
            do {
              switch random.next(10) {
              case 0: try await pool.close(key)
              case 1: _ = pool.withValueIfReady(for: key) { if $0.isClosed { wrong.add("ready but disposed") } }
              default:
                let lease = try await pool.lease(for: key)
                if lease.value.isClosed { wrong.add("disposed under a lease") }
                await Task.yield()
                if lease.value.isClosed { wrong.add("disposed under a lease, later") }
              }
            } catch let error as CellError {
              let isExpected = [.overloaded, .closed, .initializationFailed].contains(error.code)
              if !isExpected { wrong.add("\(error)") }
            } catch { wrong.add("\(error)") }
            let snapshot = pool.snapshot()
            if snapshot.members.count > most { wrong.add("\(snapshot.members.count) keys") }
            if ledger.built - ledger.disposed > most { wrong.add("too many payloads") }
          }
        }
      }
    }
    #expect(wrong.values == [])
    try await pool.shutdown(silent: false)
    #expect(ledger.built == ledger.disposed && ledger.doubleDisposals == 0)
    #expect(registry.iterate().map(\.name) == ["p"])
    let row = registry.snapshot().first
    #expect(row?.built == UInt64(ledger.built) && row?.disposed == UInt64(ledger.disposed))
    await until { ledger.freed == ledger.built }
  }
}
