internal import CellContract

extension CellCore {
  /// Runs the disposer of a payload that nobody can reach any more. Under the lock; the run itself is deferred.
  func dispose(_ slot: Int, generation: UInt64, wasPublished: Bool) {
    let isOwned = !borrowedSlots.contains(slot)
    deferred.others.append { [self] in
      // The slot is ours alone until `.disposed`: the machine is in `disposing` for it.
      let job = HeldPayload(value: Self.move(from: payloads + slot))
      run(job, slot: slot, generation: generation, wasPublished: wasPublished, isOwned: isOwned)
    }
  }

  /// Runs the disposer of a payload that is still leased: it declared that it tolerates that. The memory stays. Under the
  /// lock; the run itself is deferred.
  func disposeInPlace(_ slot: Int, generation: UInt64) {
    let isOwned = !borrowedSlots.contains(slot)
    deferred.others.append { [self] in
      let job = HeldPayload(value: payloads[slot].value)
      run(job, slot: slot, generation: generation, wasPublished: true, isOwned: isOwned)
    }
  }

  /// Frees the memory of a payload that was disposed in place. Under the lock; its deinit is deferred.
  func discard(_ slot: Int) {
    let job = HeldPayload(value: Self.move(from: payloads + slot))
    deferred.others.append { withExtendedLifetime(job) {} }
  }

  private func run(
    _ job: HeldPayload<Value>, slot: Int, generation: UInt64, wasPublished: Bool, isOwned: Bool
  ) {
    let begun = configuration.clock.now
    let done: @Sendable ((any Error)?) -> Void = { [self] error in
      disposed(
        slot,
        .init(
          generation: CellGeneration(generation), wasPublished: wasPublished,
          duration: configuration.clock.now - begun, error: error))
    }
    switch isOwned ? disposer.resolved(for: job) : .automatic {
    case .async(let body):
      // Unstructured: nothing may cancel a disposer, and nobody but a close waits for it.
      Task.detached { [self] in
        let error = await job.dispose(in: InitScope().entering(self), body)
        done(error)
      }
    case .blocking(let body): onLoader(job, done, body)
    case .automatic: onLoader(job, done) { _ in }
    }
  }

  private static func move(from place: UnsafeMutablePointer<Payload<Value>>) -> Value { place.move().value }

  private func onLoader(
    _ job: HeldPayload<Value>, _ done: @escaping @Sendable ((any Error)?) -> Void,
    _ body: @escaping @Sendable (Value) throws -> Void
  ) {
    let run: @Sendable () -> Void = { [self] in
      done(job.dispose(in: InitScope().entering(self), body))
    }
    // Without threads a payload is still disposed, on the caller's: late is better than never.
    do { try configuration.threads.loaders.submit(run) } catch { run() }
  }

  private func disposed(_ slot: Int, _ disposal: CellEvent.Disposal) {
    locked {
      if let error = disposal.error { facts.lastDisposeError = error }
      emit(.disposed(disposal))
      transition(.disposed(slot, failed: disposal.error != nil))
    }
  }
}
