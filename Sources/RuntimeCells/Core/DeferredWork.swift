/// What a transition leaves to be done after the lock is released: user code and everything that may run it.
struct DeferredWork: Sendable {
  /// Callers to resume: they go first.
  var resumes: [@Sendable () -> Void] = []
  /// Factories, disposers, observers, releases.
  var others: [@Sendable () -> Void] = []

  /// Does it all, in order. No lock is held.
  consuming func perform() {
    for resume in resumes { resume() }
    for other in others { other() }
  }
}
