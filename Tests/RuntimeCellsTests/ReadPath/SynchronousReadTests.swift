import CellContract
import Testing

@testable import RuntimeCells

/// What a synchronous read promises, by marks and by counts.
@Suite struct SynchronousReadTests {
  let ledger = Ledger()
  let authority = SwapAuthority()

  func cell(_ path: ReadPath) -> RuntimeCell<Probe> {
    var configuration = CellConfiguration(
      environment: .init([CellGuard.swapVariable: "1"]), swapAuthority: authority)
    configuration.readPath = path
    let ledger = ledger
    return RuntimeCell(name: "c", configuration: configuration) { ledger.make() }
  }

  /// A thread inside of a read, until the gate is opened.
  func reader(of cell: RuntimeCell<Probe>, until gate: ThreadGate) async -> Task<Bool?, any Error> {
    let reading = Task {
      try await DedicatedThreads(name: "reader", count: 1).run {
        cell.withValueIfReady { probe in
          gate.pass()
          return probe.isClosed
        }
      }
    }
    await until { gate.arrived == 1 }
    return reading
  }

  @Test(arguments: [ReadPath.marked, .striped])
  func `a close waits for a read, and the snapshot counts it`(path: ReadPath) async throws {
    let cell = cell(path)
    try await cell.withValue { _ in }
    let gate = ThreadGate()
    let reading = await reader(of: cell, until: gate)
    #expect(cell.snapshot().leases == 1)
    let closing = Task { try await cell.close(deadline: nil) }
    await until { !cell.isReady }
    #expect(cell.snapshot().drainingLeases == 1)
    #expect(cell.withValueIfReady { $0 } == nil)
    #expect(ledger.disposed == 0)
    gate.open()
    #expect(try await reading.value == false)
    #expect(try await closing.value == .ok)
    #expect(ledger.disposed == 1 && ledger.doubleDisposals == 0)
    #expect(cell.snapshot().drainingLeases == 0)
  }

  @Test(arguments: [ReadPath.marked, .striped])
  func `a swap leaves a read its payload and serves the new one`(path: ReadPath) async throws {
    let cell = cell(path)
    try await cell.withValue { _ in }
    let gate = ThreadGate()
    let reading = await reader(of: cell, until: gate)
    try await cell.swap(permit: authority.permit(reason: "test"))
    #expect(cell.withValueIfReady { $0.number } == 2)
    #expect(cell.snapshot().drainingLeases == 1)
    #expect(ledger.disposed == 0)
    gate.open()
    #expect(try await reading.value == false)
    await until { ledger.disposed == 1 }
    // The slot that drained is used again.
    try await cell.swap(permit: authority.permit(reason: "test"))
    #expect(cell.withValueIfReady { probe, generation in generation } == CellGeneration(3))
    try await cell.close()
    #expect(ledger.disposed == 3 && ledger.doubleDisposals == 0)
  }

  @Test(arguments: [ReadPath.marked, .striped])
  func `a read holds up its own cell only`(path: ReadPath) async throws {
    let cell = cell(path)
    let other = self.cell(path)
    try await cell.withValue { _ in }
    try await other.withValue { _ in }
    let gate = ThreadGate()
    let reading = await reader(of: cell, until: gate)
    #expect(try await other.close(deadline: nil) == .ok)
    gate.open()
    _ = try await reading.value
    try await cell.close()
  }

  @Test(arguments: [ReadPath.marked, .striped])
  func `reads nest deeper than a thread has places`(path: ReadPath) async throws {
    let cell = cell(path)
    let other = self.cell(path)
    try await cell.withValue { _ in }
    try await other.withValue { _ in }
    func nest(_ depth: Int) -> Int {
      guard depth > 0 else {
        #expect(cell.snapshot().leases == 10 && other.snapshot().leases == 10)
        return 0
      }
      return cell.withValueIfReady { _ in other.withValueIfReady { _ in 1 + nest(depth - 1) } ?? 0 } ?? 0
    }
    #expect(nest(10) == 10)
    #expect(cell.snapshot().leases == 0 && other.snapshot().leases == 0)
    #expect(try await cell.close(deadline: nil) == .ok)
    #expect(try await other.close(deadline: nil) == .ok)
  }

  @Test(arguments: [ReadPath.marked, .striped])
  func `a body that throws ends its read`(path: ReadPath) async throws {
    let cell = cell(path)
    try await cell.withValue { _ in }
    #expect(throws: TestError(number: 7)) {
      try cell.withValueIfReady { _ throws(TestError) in throw TestError(number: 7) }
    }
    #expect(cell.snapshot().leases == 0)
    #expect(try await cell.close(deadline: nil) == .ok)
  }

  @Test(arguments: [ReadPath.marked, .striped])
  func `a body that closes its own cell is told so at the deadline, and ends the drain`(path: ReadPath) async throws {
    let cell = cell(path)
    try await cell.withValue { _ in }
    let error = try await DedicatedThreads(name: "reader", count: 1).run {
      cell.withValueIfReady { probe -> CellError? in
        do {
          try cell.closeBlocking(deadline: .zero)
          return nil
        } catch {
          #expect(!probe.isClosed)
          #expect(cell.withValueIfReady { $0 } == nil)
          return error as? CellError
        }
      }
    }
    #expect(error??.code == .deadlineExceeded && error??.holders == 1)
    await until { ledger.disposed == 1 }
    #expect(try await cell.withValue { $0.number } == 2)
    try await cell.close()
  }

  @Test(arguments: [ReadPath.marked, .striped])
  func `a cell that is dropped inside of a read disposes after it`(path: ReadPath) async throws {
    var cell: RuntimeCell<Probe>? = cell(path)
    try await cell?.withValue { _ in }
    let gate = ThreadGate()
    let reading = cell.map { cell in Task { await reader(of: cell, until: gate) } }
    let read = await reading?.value
    cell = nil
    #expect(ledger.disposed == 0)
    gate.open()
    #expect(try await read?.value == false)
    await until { ledger.disposed == 1 }
  }
}
