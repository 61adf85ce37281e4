import CPeers
import CellContract
import RuntimeCells

/// Time of one snapshot of a registry of 16 ready cells, in microseconds.
func snapshots() async throws {
  let registry = CellRegistry()
  for number in 0..<16 {
    let cell = RuntimeCell<Payload>(name: "cell-\(number)") { () async -> Payload in Payload() }
    try await cell.withValue { _ in }
    try registry.register(cell)
  }
  let rounds = 20_000
  var cells = 0
  let begun = peer_thread_nanoseconds()
  for _ in 0..<rounds { cells += registry.snapshot().count }
  let spent = peer_thread_nanoseconds() - begun
  precondition(cells == 16 * rounds)
  print("snapshot_16_us", Double(spent) / Double(rounds) / 1000)
  try await registry.shutdown()
}

/// Heap bytes of a cell before and after its first payload (an empty class of 24 bytes).
func memory() async throws {
  let count = 4096
  var cells: [RuntimeCell<Payload>] = []
  cells.reserveCapacity(count)
  let begun = peer_heap_bytes()
  for number in 0..<count {
    cells.append(RuntimeCell<Payload>(name: "cell-\(number)") { () async -> Payload in Payload() })
  }
  let empty = peer_heap_bytes()
  for cell in cells { try await cell.withValue { _ in } }
  let ready = peer_heap_bytes()
  print("bytes_empty", (empty - begun) / UInt64(count))
  print("bytes_ready", (ready - begun) / UInt64(count))
}
