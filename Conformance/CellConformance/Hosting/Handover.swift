/// Hands a payload out of a lease's body, and keeps the body from ending until the payload is given back.
final class Handover<Payload: Sendable>: @unchecked Sendable {
  // @unchecked: the variables are used under the monitor only.
  private let monitor = Monitor()
  private var given: Result<Payload, any Error>?
  private var isBack = false
  private var taker: CheckedContinuation<Payload, any Error>?
  private var giver: CheckedContinuation<Void, Never>?

  /// The lease's body: hands the payload out, and returns when it is back. A cancelled task waits all the same, because the
  /// payload is in use.
  func lend(_ payload: Payload) async {
    give(.success(payload))
    await withCheckedContinuation { continuation in
      let isBack = monitor.locked { () -> Bool in
        if !self.isBack { giver = continuation }
        return self.isBack
      }
      if isBack { continuation.resume() }
    }
  }

  /// There is no payload to come, unless there was one.
  func fail(_ error: any Error) { give(.failure(error)) }

  private func give(_ result: Result<Payload, any Error>) {
    let waiting = monitor.locked { () -> CheckedContinuation<Payload, any Error>? in
      guard given == nil else { return nil }
      given = result
      defer { taker = nil }
      return taker
    }
    waiting?.resume(with: result)
  }

  /// The payload, once it is there.
  func take() async throws -> Payload {
    try await withCheckedThrowingContinuation { continuation in
      let given = monitor.locked { () -> Result<Payload, any Error>? in
        if self.given == nil { taker = continuation }
        return self.given
      }
      if let given { continuation.resume(with: given) }
    }
  }

  /// Gives the payload back.
  func giveBack() {
    let waiting = monitor.locked { () -> CheckedContinuation<Void, Never>? in
      isBack = true
      defer { giver = nil }
      return giver
    }
    waiting?.resume()
  }
}
