import CodeIntel
import Foundation
import Testing

@testable import CodeIntelServer

/// What a service opened is closed when it has ended. In a process of its own, where nobody else opens anything.
@Suite(.timeLimit(.minutes(5))) struct DescriptorTests {
  private static var descriptors: [String] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
    return all.compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/" + $0) }.sorted()
  }

  private static func life() async throws {
    let world = try await ServerWorld()
    try await RunningService.with(world) { running in
      let client = SimpleClient(port: running.port)
      for _ in 0..<3 {
        guard try await client.send("GET", "/search?q=water").status == 200 else { exit(2) }
      }
      guard try await client.send("POST", "/admin/cells/hybrid/swap", token: ServerWorld.token).status == 200 else {
        exit(3)
      }
    }
    try await world.engine.shutdown()
  }

  @Test func `after the shutdown no descriptor is left`() async {
    await #expect(processExitsWith: .success) {
      // Event loops and the like are made once and kept.
      try await Self.life()
      let before = Self.descriptors.count
      try await Self.life()
      let left = Self.descriptors
      if left.count != before { FileHandle.standardError.write(Data("\(before), now \(left)\n".utf8)) }
      exit(left.count == before ? EXIT_SUCCESS : EXIT_FAILURE)
    }
  }
}
