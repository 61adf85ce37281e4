import CellContract
import RuntimeCells
import Synchronization
import Testing

@Suite struct CallContextTests {
  enum Request {
    @TaskLocal static var name: String?
  }

  /// Remembers who called, and the runs that it surrounded.
  final class Caller: CellCallContext {
    let name: String
    let runs = Box<CellFactoryRun>()
    init(_ name: String) { self.name = name }

    func run<R>(_ run: CellFactoryRun, _ body: () throws -> R) rethrows -> R {
      runs.add(run)
      return try Request.$name.withValue("linked to \(name)") { try body() }
    }

    func run<R>(_ run: CellFactoryRun, _ body: () async throws -> R) async rethrows -> R {
      runs.add(run)
      return try await Request.$name.withValue("linked to \(name)") { try await body() }
    }
  }

  func configuration(_ recorder: Recorder, authority: SwapAuthority? = nil) -> CellConfiguration {
    CellConfiguration(
      environment: CellEnvironment(["KGFOUNDRY_ALLOW_RUNTIME_SWAP": "1"]), swapAuthority: authority,
      observers: [recorder], callContext: { Request.name.map(Caller.init) })
  }

  @Test(arguments: [true, false])
  func `the leader's context surrounds the factory, which inherits nothing else`(blocks: Bool) async throws {
    let recorder = Recorder()
    let seen = Box<String?>()
    let cell =
      blocks
      ? RuntimeCell<Int>(name: "c", configuration: configuration(recorder)) {
        seen.add(Request.name)
        return 1
      }
      : RuntimeCell<Int>(name: "c", configuration: configuration(recorder)) { () async in
        seen.add(Request.name)
        return 1
      }
    try await Request.$name.withValue("first") { _ = try await cell.lease().value }
    #expect(seen.values == ["linked to first"])
    try await Request.$name.withValue("closer") { _ = try await cell.close() }
    _ = try await cell.lease().value
    #expect(seen.values == ["linked to first", nil])
    await cell.observersCaughtUp()
    let contexts = recorder.events.map { ($0.context as? Caller)?.name }
    // Started, initialised, disposed, closed; then an attempt whose caller has no request.
    #expect(contexts == ["first", "first", nil, "closer", nil, nil])
    let first = recorder.events.first?.context as? Caller
    #expect(first?.runs.values == [CellFactoryRun(cell: "c", attempt: 1)])
  }

  @Test func `of many callers the one whose factory runs is told`() async throws {
    let recorder = Recorder()
    let gate = Gate()
    let cell = RuntimeCell<Int>(name: "c", configuration: configuration(recorder)) {
      await gate.pass()
      return 1
    }
    let leader = Request.$name.withValue("leader") { Task { try await cell.lease().value } }
    await gate.arrived()
    let waiter = Request.$name.withValue("waiter") { Task { try await cell.lease().value } }
    await until { cell.snapshot().waiters == 2 }
    gate.open()
    _ = try await (leader.value, waiter.value)
    await cell.observersCaughtUp()
    #expect(recorder.events.map { ($0.context as? Caller)?.name } == ["leader", "leader"])
  }

  @Test func `a swap's tries run in its caller's context`() async throws {
    let recorder = Recorder()
    let authority = SwapAuthority()
    let cell = RuntimeCell<Int>(name: "c", configuration: configuration(recorder, authority: authority)) { 1 }
    _ = try await cell.lease().value
    let failing = Mutex(true)
    try await Request.$name.withValue("admin") {
      try await cell.swap(
        permit: authority.permit(reason: "test"),
        options: SwapOptions(backoff: Backoff(initial: .zero)),
        factory: .async {
          if failing.withLock({
            let was = $0; $0 = false; return was
          }) {
            throw TestError()
          }
          return 2
        })
    }
    await cell.observersCaughtUp()
    let swapped = recorder.events.first { if case .swapSucceeded = $0.kind { true } else { false } }
    let caller = swapped?.context as? Caller
    #expect(caller?.name == "admin")
    #expect(caller?.runs.values.map(\.swapTry) == [1, 2])
  }

  @Test func `ready reads do not call it`() async throws {
    let calls = Atomic<Int>(0)
    let cell = RuntimeCell<Int>(
      name: "c",
      configuration: .init(callContext: {
        calls.wrappingAdd(1, ordering: .relaxed)
        return nil
      })
    ) { 1 }
    _ = try await cell.lease().value
    #expect(calls.load(ordering: .relaxed) == 1)
    for _ in 0..<10 {
      _ = try await cell.lease().value
      _ = try await cell.withValue { $0 }
      _ = cell.withValueIfReady { $0 }
    }
    #expect(calls.load(ordering: .relaxed) == 1)
  }
}
