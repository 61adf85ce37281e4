import Embedding
import NIOConcurrencyHelpers
import RuntimeCells

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Sends a request as often as it takes: gate, circuit breaker, time limits, pauses between attempts.
final class CallRunner: Sendable {
  let sender: any HTTPSending
  let gate: CallGate
  private let configuration: VLLMConfiguration
  private let clock: CellClock
  private let calendar: @Sendable () -> Date
  private let random: @Sendable () -> Double
  private let observer: EmbeddingObserver?
  private let breaker: NIOLockedValueBox<CircuitBreaker>

  /// `random` gives numbers in 0..<1 for the pauses; `calendar` the time of day, for `Retry-After` with a date.
  init(
    _ configuration: VLLMConfiguration, sender: any HTTPSending, clock: CellClock,
    calendar: @escaping @Sendable () -> Date = { Date() },
    random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }, observer: EmbeddingObserver? = nil
  ) {
    self.configuration = configuration
    self.sender = sender
    self.clock = clock
    self.calendar = calendar
    self.random = random
    self.observer = observer
    gate = CallGate(width: configuration.maxConcurrency, maxQueue: configuration.maxQueue)
    breaker = NIOLockedValueBox(
      CircuitBreaker(failures: configuration.circuitFailures, pause: configuration.circuitPause))
  }

  /// The breaker's state now.
  var circuit: CircuitBreaker.State { breaker.withLockedValue { $0.state } }

  /// The answer with a status of success.
  ///
  /// - Parameter texts: must not appear in any error.
  /// - Throws: `EmbeddingError` of the last attempt, or `CancellationError`.
  func perform(_ call: HTTPCall, hiding texts: [String] = []) async throws -> HTTPReply {
    let end = clock.now + configuration.deadline
    let secrets = (call.key.map { [$0.secret] } ?? []) + texts
    var attempt = 1
    var last: EmbeddingError?
    while true {
      let verdict = try await attemptOnce(call, until: end, after: last, hiding: secrets)
      switch verdict {
      case .done(let reply): return reply
      case .final(let error): throw error
      case .again(let error, let wish):
        let pause = max(configuration.backoff.delay(afterFailure: UInt64(attempt), jitter: random()), wish ?? .zero)
        // A pause that ends after the deadline would only delay the bad news.
        guard attempt < configuration.maxAttempts, clock.now + pause < end else { throw error }
        last = error
        attempt += 1
        observer?(.retry)
        try await clock.sleep(for: pause)
      }
    }
  }

  private func attemptOnce(
    _ call: HTTPCall, until end: Duration, after last: EmbeddingError?, hiding secrets: [String]
  ) async throws -> CallVerdict {
    let wait = end - clock.now
    let verdict = try await Timeout.run(wait, clock) { [self] in
      try await gate.run { try await insideGate(call, until: end, after: last, hiding: secrets) }
    }
    return verdict ?? .final(last ?? timeout(wait, "all requests before this one had to end first"))
  }

  private func insideGate(
    _ call: HTTPCall, until end: Duration, after last: EmbeddingError?, hiding secrets: [String]
  ) async throws -> CallVerdict {
    let start = clock.now
    let admission = change { $0.admit(now: start) }
    if case .refuse(let after) = admission { return .final(circuitOpen(after, last)) }
    let limit = max(.zero, min(configuration.attemptTimeout, end - start))
    let verdict: CallVerdict
    do {
      let reply = try await Timeout.run(limit, clock) { [self] in try await sender.send(call) }
      if let reply {
        verdict = CallVerdict(reply, now: calendar(), hiding: secrets)
      } else {
        verdict = .again(timeout(limit, "the attempt was given up"), nil)
      }
    } catch let error as EmbeddingError {
      verdict = CallVerdict(error)
    } catch {
      // The outer limit ends an attempt by cancelling it; that is the server's slowness, not the caller's wish.
      let isLate = clock.now >= end
      change { isLate ? $0.failed(admission, now: clock.now) : $0.abandoned(admission, now: clock.now) }
      observer?(.request(took: clock.now - start, outcome: EmbeddingEvent.outcome(error)))
      throw error
    }
    let now = clock.now
    change { breaker in
      switch verdict.blame {
      case .nobody: breaker.succeeded(admission)
      case .server: breaker.failed(admission, now: now)
      case .load: breaker.abandoned(admission, now: now)
      }
    }
    observer?(.request(took: now - start, outcome: verdict.outcome))
    return verdict
  }

  /// Changes the breaker, and tells when it opened or closed.
  @discardableResult
  private func change<R>(_ body: (inout CircuitBreaker) -> R) -> R {
    let (result, before, after) = breaker.withLockedValue { breaker in
      let before = breaker.isOpen
      let result = body(&breaker)
      return (result, before, breaker.isOpen)
    }
    if before != after { observer?(.circuit(isOpen: after)) }
    return result
  }

  private func timeout(_ limit: Duration, _ what: String) -> EmbeddingError {
    EmbeddingError(
      .serverTimeout,
      "the embedding server did not answer within \(limit); \(what): allow more time, or send less at once")
  }

  private func circuitOpen(_ after: Duration, _ last: EmbeddingError?) -> EmbeddingError {
    EmbeddingError(
      .circuitOpen,
      "the embedding server failed \(configuration.circuitFailures) times in a row, so it is left alone for a while: "
        + "check that it runs", retryAfter: after, underlying: last)
  }
}
