import CellConformance

/// The lock cell, with a faulty cell for payloads of other types.
struct BoxBackend: BlockingAnyPayload {
  enum Fault: String, CaseIterable {
    case nilIsEmpty = "nil-payload-reads-as-empty"
    case zeroSizeIsEmpty = "zero-size-payload-reads-as-empty"
    case cutsHuge = "huge-payload-is-cut"
  }

  let fault: Fault
  let inner = LockBackend()

  var manifest: BackendManifest { BackendManifest(name: "lock/\(fault.rawValue)", capabilities: [.anyPayload]) }

  func getTwice<Payload: Sendable>(
    named name: String, in world: CellWorld, make: @escaping @Sendable () throws -> Payload,
    use: @Sendable (Payload) -> Void
  ) throws {
    let cell = BoxCell<Payload>(fault: fault)
    for _ in 0..<2 { use(try cell.get(make)) }
    cell.close()
  }

  func makeCell(named name: String, in world: CellWorld) throws -> LockBackend.Cell {
    try inner.makeCell(named: name, in: world)
  }
  func peek(_ cell: LockBackend.Cell) -> Probe? { inner.peek(cell) }
  func getOrInitialize(_ cell: LockBackend.Cell, _ factory: ProbeFactory) throws -> Probe {
    try inner.getOrInitialize(cell, factory)
  }
  func close(_ cell: LockBackend.Cell, silent: Bool) throws { try inner.close(cell, silent: silent) }
}
