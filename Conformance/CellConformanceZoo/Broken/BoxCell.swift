import CellConformance

/// A small cell for payloads of any type, behind one mutex that factories do not run under. Correct without a fault.
final class BoxCell<Payload: Sendable>: @unchecked Sendable {
  // @unchecked: the variables are read and written under the monitor only.
  private enum State {
    case empty
    case building
    case ready(Payload)
  }

  private let fault: BoxBackend.Fault?
  private let monitor = Monitor()
  private var state = State.empty

  init(fault: BoxBackend.Fault?) { self.fault = fault }

  func get(_ make: () throws -> Payload) throws -> Payload {
    let held = monitor.locked { () -> Payload? in
      while case .building = state { monitor.wait() }
      if case .ready(let payload) = state, !looksEmpty(payload) { return .some(payload) }
      state = .building
      return nil
    }
    if let held { return fault == .cutsHuge ? Self.cut(held) : held }
    let made = Result { try make() }
    monitor.locked {
      if case .success(let payload) = made { state = .ready(payload) } else { state = .empty }
      monitor.broadcast()
    }
    return try made.get()
  }

  func close() { monitor.locked { state = .empty } }

  private func looksEmpty(_ payload: Payload) -> Bool {
    switch fault {
    case .nilIsEmpty: (payload as? any Hollow)?.isHollow ?? false
    case .zeroSizeIsEmpty: MemoryLayout<Payload>.size == 0
    case .cutsHuge, nil: false
    }
  }

  /// Keeps the first cache line of a payload, as a cell with a buffer of fixed size would.
  private static func cut(_ payload: Payload) -> Payload {
    guard MemoryLayout<Payload>.size > 64 else { return payload }
    var copy = payload
    withUnsafeMutableBytes(of: &copy) { bytes in for place in 64..<bytes.count { bytes[place] = 0 } }
    return copy
  }
}

/// A value that may be nil, whatever it wraps.
private protocol Hollow { var isHollow: Bool { get } }

extension Optional: Hollow {
  fileprivate var isHollow: Bool { if case .none = self { true } else { false } }
}
