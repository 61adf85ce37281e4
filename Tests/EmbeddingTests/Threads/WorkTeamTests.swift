import RuntimeCells
import Synchronization
import Testing

@testable import Embedding

/// Sharing one piece of work between threads, on threads that really run at the same time.
struct WorkTeamTests {
  /// A team of `size` with that many threads less one behind it.
  private func team(_ size: Int, _ pool: DedicatedThreads) -> WorkTeam {
    WorkTeam(size: size) { team in
      for member in 1..<size { try? pool.submit { team.help(as: member) { true } } }
    }
  }

  /// Runs `body` on a thread where a leader may spin and sleep.
  private func lead<R: Sendable>(_ body: @escaping @Sendable () -> R) async throws -> R {
    try await DedicatedThreads(name: "lead", count: 1).run(body)
  }

  @Test(arguments: [2, 4])
  func `every part of every step runs once, with what the steps before it wrote`(size: Int) async throws {
    let pool = DedicatedThreads(name: "help", count: size - 1)
    let team = team(size, pool)
    let wrong = try await lead {
      // Plain memory: the thread sanitizer would see a step that begins before the one before it has ended.
      let values = UnsafeMutablePointer<Int>.allocate(capacity: 500)
      values.initialize(repeating: 0, count: 500)
      defer { values.deallocate() }
      var wrong: [String] = []
      for round in 0..<200 {
        for count in [1, 2, 3, 48, 1, 7, 500] {
          let expected = (0..<count).map { values[$0] + 1 }
          team.divide(count) { part, _ in values[part] += 1 }
          if (0..<count).map({ values[$0] }) != expected { wrong.append("round \(round), \(count) parts") }
        }
      }
      team.finish()
      return wrong
    }
    #expect(wrong.isEmpty)
  }

  @Test func `an idle thread does take part, and members differ`() async throws {
    let pool = DedicatedThreads(name: "help", count: 1)
    let team = team(2, pool)
    let members = Box<Int>()
    try await lead {
      let arrived = Atomic(0)
      // Neither part ends before the other has begun: alone, the leader would wait for ever.
      team.divide(2) { _, member in
        members.add(member)
        arrived.wrappingAdd(1, ordering: .relaxed)
        while arrived.load(ordering: .relaxed) < 2 {}
      }
      team.finish()
    }
    #expect(members.values.sorted() == [0, 1])
  }

  @Test func `a leader without helpers does everything itself`() {
    let team = WorkTeam(size: 2) { _ in }
    let members = Box<Int>()
    team.divide(5) { _, member in members.add(member) }
    #expect(members.values == [0, 0, 0, 0, 0])
  }

  @Test func `a leader that has parked wakes when the last part is done`() async throws {
    let pool = DedicatedThreads(name: "help", count: 1)
    let team = team(2, pool)
    let hasLeft = try await lead {
      let taken = Atomic(false)
      let left = Atomic(false)
      // The helper goes on only when the leader has long run out of parts.
      team.divide(2) { _, member in
        if member == 0 {
          while !taken.load(ordering: .acquiring) {}
          return
        }
        taken.store(true, ordering: .releasing)
        while !team.isWaiting {}
        left.store(true, ordering: .releasing)
      }
      team.finish()
      return left.load(ordering: .acquiring)
    }
    #expect(hasLeft)
  }

  @Test func `a helper that is needed elsewhere goes, and the leader finishes alone`() async throws {
    let pool = DedicatedThreads(name: "help", count: 1)
    let members = Box<Int>()
    try await lead {
      let needed = Atomic(false)
      let gone = Atomic(false)
      let team = WorkTeam(size: 2) { team in
        try? pool.submit {
          team.help(as: 1) { !needed.load(ordering: .acquiring) }
          gone.store(true, ordering: .releasing)
        }
      }
      team.divide(100) { part, member in
        members.add(member)
        needed.store(true, ordering: .releasing)
        while member == 0, !gone.load(ordering: .acquiring) {}
      }
      team.finish()
    }
    let helped = members.values.filter { $0 == 1 }.count
    #expect(members.values.count == 100)
    #expect(helped <= 1)
  }

  @Test func `a helper goes home when the batch is done, and when nothing comes for a while`() async throws {
    let pool = DedicatedThreads(name: "help", count: 1)
    let done = team(2, pool)
    try await lead {
      done.divide(2) { _, _ in }
      done.finish()
    }
    try await pool.run {}
    let stuck = team(2, pool)
    try await lead { stuck.divide(2) { _, _ in } }
    // The leader neither goes on nor finishes: the thread comes free all the same.
    try await pool.run {}
    stuck.finish()
  }
}
