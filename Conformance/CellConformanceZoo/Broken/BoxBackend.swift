import CellConformance

/// The lock cell, with a faulty cell for payloads of other types.
struct BoxBackend: OverLockCell, BlockingAnyPayload {
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
}
