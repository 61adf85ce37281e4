import CPeers
import RuntimeCells

/// Wall time of N tasks that meet on an empty cell, and of N tasks that each make a payload for themselves; the difference
/// is what one shared flight costs over its bare factory. Medians of many rounds, in microseconds.
func coldFlights() async throws {
  for waiters in [1, 64, 1000] {
    let rounds = waiters == 1000 ? 60 : 400
    var shared: [UInt64] = []
    var bare: [UInt64] = []
    for _ in 0..<rounds {
      let cell = RuntimeCell<Payload>(name: "bench") { () async -> Payload in Payload() }
      shared.append(
        try await wall(waiters) { try await cell.lease().withValue { $0.one } })
      try await cell.close(deadline: nil)
      bare.append(try await wall(waiters) { await fresh().one })
    }
    shared.sort()
    bare.sort()
    let flight = Double(shared[rounds / 2]) / 1000
    let alone = Double(bare[rounds / 2]) / 1000
    print("flight_\(waiters)_us", flight)
    print("bare_\(waiters)_us", alone)
    print("overhead_\(waiters)_us", flight - alone)
    print("overhead_per_waiter_\(waiters)_us", (flight - alone) / Double(waiters))
  }
}

@inline(never) private func fresh() async -> Payload { Payload() }

private func wall(_ tasks: Int, _ body: @escaping @Sendable () async throws -> UInt64) async throws -> UInt64 {
  let begun = peer_wall_nanoseconds()
  try await withThrowingTaskGroup(of: UInt64.self) { group in
    for _ in 0..<tasks { group.addTask { try await body() } }
    for try await one in group { precondition(one == 1) }
  }
  return peer_wall_nanoseconds() - begun
}
