/// Stops calling a server that keeps failing, and lets one request try again after a pause.
///
/// Closed: all pass, failures in a row are counted. Open: none passes. Half-open: one passes, and its end decides
/// (M. Nygard, "Release It!", Stability Patterns). A value type; times come from outside.
struct CircuitBreaker: Sendable {
  enum State: Sendable, Hashable {
    case closed(failures: Int)
    case open(until: Duration)
    /// One is on its way.
    case halfOpen
  }

  /// What a request may do.
  enum Admission: Sendable, Hashable {
    case pass
    /// The request is the one whose end decides.
    case probe
    case refuse(retryAfter: Duration)
  }

  let failures: Int
  let pause: Duration
  private(set) var state = State.closed(failures: 0)

  init(failures: Int, pause: Duration) {
    self.failures = failures
    self.pause = pause
  }

  var isOpen: Bool { if case .closed = state { false } else { true } }

  /// Asks for a request at time `now`.
  mutating func admit(now: Duration) -> Admission {
    switch state {
    case .closed: return .pass
    case .open(let until) where now >= until:
      state = .halfOpen
      return .probe
    case .open(let until): return .refuse(retryAfter: until - now)
    case .halfOpen: return .refuse(retryAfter: pause)
    }
  }

  /// The server answered, if only with a refusal.
  mutating func succeeded(_ admission: Admission) {
    switch state {
    case .closed: state = .closed(failures: 0)
    case .halfOpen where admission == .probe: state = .closed(failures: 0)
    // An answer to a request from before says little about now.
    case .open, .halfOpen: break
    }
  }

  /// The server failed or was not there.
  mutating func failed(_ admission: Admission, now: Duration) {
    switch state {
    case .closed(let count) where count + 1 < failures: state = .closed(failures: count + 1)
    case .closed: state = .open(until: now + pause)
    case .halfOpen where admission == .probe: state = .open(until: now + pause)
    case .open, .halfOpen: break
    }
  }

  /// The request ended without telling anything: cancelled, or sent away as too many. The next one may try.
  mutating func abandoned(_ admission: Admission, now: Duration) {
    if state == .halfOpen, admission == .probe { state = .open(until: now) }
  }
}
