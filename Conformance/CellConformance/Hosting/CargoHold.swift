/// The payloads of one hosted cell, by the serials of the probes that stand for them, and the ledger of their lives.
final class CargoHold<Payload: Sendable>: Cargo, @unchecked Sendable {
  // @unchecked: the variables are used under the monitor only.
  struct Ledger: Sendable {
    var attempts: UInt64 = 0
    var running = 0
    var built: UInt64 = 0
    var disposed: UInt64 = 0
    var lastError: String?
    /// Payloads whose disposer has not begun.
    var held = 0
  }

  private let body: @Sendable () async throws -> Payload
  private let disposer: @Sendable (Payload) async throws -> Void
  private let monitor = Monitor()
  private var payloads: [Int: Payload] = [:]
  private var state = Ledger()

  init(
    make: @escaping @Sendable () async throws -> Payload, dispose: @escaping @Sendable (Payload) async throws -> Void
  ) {
    body = make
    disposer = dispose
  }

  var ledger: Ledger { monitor.locked { state } }

  /// The payload of a probe; nil once its disposer began.
  subscript(serial: Int) -> Payload? { monitor.locked { payloads[serial] } }

  func make(serial: Int) async throws {
    monitor.locked {
      state.attempts += 1
      state.running += 1
    }
    do {
      let payload = try await body()
      monitor.locked {
        payloads[serial] = payload
        state.running -= 1
        state.built += 1
        state.held += 1
        state.lastError = nil
      }
    } catch {
      monitor.locked {
        state.running -= 1
        state.lastError = "\(error)"
      }
      throw error
    }
  }

  func dispose(serial: Int) async throws {
    let payload = monitor.locked { () -> Payload? in
      guard let payload = payloads.removeValue(forKey: serial) else { return nil }
      state.held -= 1
      return payload
    }
    // A second disposal is the history's to tell.
    guard let payload else { return }
    defer { monitor.locked { state.disposed += 1 } }
    try await disposer(payload)
  }
}
