import CellContract
import CodeIntel
import EngineTesting
import Retrieval
import RuntimeCells
import Synchronization
import Testing

/// The guarded reload of a whole index generation while it is searched (design decision D19).
@Suite struct GenerationSwapTests {
  private final class Flag: Sendable {
    private let value = Atomic<Bool>(false)
    var isSet: Bool { value.load(ordering: .acquiring) }
    func set() { value.store(true, ordering: .releasing) }
  }

  @Test func `2,000 swaps under load: every answer from one generation, nothing stale, all closed`() async throws {
    try await swapUnderLoad(try await TwoGenerations(), channels: nil, swaps: 2000)
  }

  @Test func `so with every channel, token vectors in the file and scores of late interaction among them`() async throws
  {
    let world = try await TwoGenerations(channels: ["coderank_faiss", "splade", "xtr"]) { factories in
      factories.spladeEncoder = { _ in OptionalChannelTests.HashingSparseEncoder() }
    }
    let all = Set(ApplicationContext.channelNames)
    let response = try await world.context.search(SearchRequest(query: "bicycle", channels: all))
    #expect(Set(response.hits.flatMap(\.contributions).filter { $0.state == .returned }.map(\.channel)) == all)
    try await swapUnderLoad(world, channels: all, swaps: 300)
  }

  private func swapUnderLoad(_ world: TwoGenerations, channels: Set<String>?, swaps: Int) async throws {
    let context = world.context
    #expect(
      TwoGenerations.flaw(of: try await context.search(SearchRequest(query: "bicycle", channels: channels))) == nil)
    let done = Flag()
    let answered = try await withThrowingTaskGroup(of: [Int: Int].self) { group in
      for reader in 0..<4 {
        group.addTask {
          var answered: [Int: Int] = [:]
          while !done.isSet {
            let response = try await context.search(
              SearchRequest(query: reader.isMultiple(of: 2) ? "bicycle" : "wheel bell", channels: channels))
            if let flaw = TwoGenerations.flaw(of: response) { Issue.record("\(flaw)") }
            answered[response.generation, default: 0] += 1
          }
          return answered
        }
      }
      group.addTask {
        defer { done.set() }
        for round in 1...swaps {
          let wanted = round.isMultiple(of: 2) ? 1 : 2
          world.choose(wanted)
          try await context.reloadIndex(permit: world.authority.permit(reason: "test"))
          guard round.isMultiple(of: 50) else { continue }
          let response = try await context.search(SearchRequest(query: "bicycle", channels: channels))
          #expect(response.generation == wanted, "an answer was stale after the swap had returned")
        }
        return [:]
      }
      var sum: [Int: Int] = [:]
      for try await part in group { sum.merge(part, uniquingKeysWith: +) }
      return sum
    }
    #expect(answered[1, default: 0] > 0)
    #expect(answered[2, default: 0] > 0)
    try await context.shutdown()
    let hybrid = context.hybrid.snapshot()
    #expect(hybrid.built == UInt64(swaps) + 1)
    #expect(hybrid.disposed == UInt64(swaps) + 1)
  }

  @Test func `the check of answers notices a hit from the other generation`() async throws {
    let world = try await TwoGenerations()
    var response = try await world.context.search(SearchRequest(query: "bicycle"))
    #expect(response.generation == 1)
    response.generation = 2
    #expect(TwoGenerations.flaw(of: response)?.contains("Generation1/") == true)
    try await world.context.shutdown()
  }

  @Test func `a generation that cannot be opened leaves the old one serving`() async throws {
    let world = try await TwoGenerations()
    let context = world.context
    _ = try await context.search(SearchRequest(query: "bicycle"))
    world.choose(99)
    let error = await #expect(throws: CellError.self) {
      try await context.reloadIndex(permit: world.authority.permit(reason: "test"))
    }
    #expect(error?.code == .swapFailed)
    let response = try await context.search(SearchRequest(query: "bicycle"))
    #expect(response.generation == 1)
    #expect(TwoGenerations.flaw(of: response) == nil)
    try await context.shutdown()
  }

  @Test func `without the guard a reload is refused and nothing is opened`() async throws {
    let world = try await TwoGenerations(allowsSwap: false)
    let context = world.context
    _ = try await context.search(SearchRequest(query: "bicycle"))
    world.choose(2)
    let error = await #expect(throws: CellError.self) {
      try await context.reloadIndex(permit: world.authority.permit(reason: "test"))
    }
    #expect(error?.code == .swapNotAllowed)
    #expect(context.hybrid.snapshot().built == 1)
    #expect(try await context.search(SearchRequest(query: "bicycle")).generation == 1)
    try await context.shutdown()
  }
}
