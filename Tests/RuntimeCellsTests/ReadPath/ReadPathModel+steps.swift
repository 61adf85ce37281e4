extension ReadPathModel {
  func successors(of thread: Int) -> [ReadPathModel] {
    let actor = actors[thread]
    switch actor.step {
    case .look:
      return load(0, by: thread, acquiring: false) { world, word in
        world.actors[thread].word = word
        world.actors[thread].didRead = false
        if word == 0 { world.endRead(thread) } else { world.actors[thread].step = .mark }
      }
    case .lookAgain:
      return load(0, by: thread, acquiring: true) { world, word in
        world.actors[thread].step = word == actor.word ? .bodyBegins : .unmark
      }
    case .check:
      return load(0, by: thread, acquiring: false) { world, word in
        if word == actor.word { world.endRead(thread) } else { world.startCheck(thread) }
      }
    case .scan:
      return load(1 + actor.scanned, by: thread, acquiring: true) { world, mark in
        world.actors[thread].scanned += 1
        if mark == UInt8(actor.slot) + 1 { world.actors[thread].foundMark = true }
        if world.actors[thread].scanned == plan.readers { world.actors[thread].step = .dispose }
      }
    default:
      var world = self
      return world.take(actor.step, thread) ? [world] : []
    }
  }

  private func load(
    _ location: Int, by thread: Int, acquiring: Bool, then: (inout ReadPathModel, UInt8) -> Void
  ) -> [ReadPathModel] {
    memory.loads(location, by: thread, acquiring: acquiring).map { value, after in
      var world = self
      world.memory = after
      then(&world, value)
      return world
    }
  }

  /// A step without a load. False when it has to wait.
  private mutating func take(_ step: Step, _ thread: Int) -> Bool {
    let slot = Int(actors[thread].word & 1)
    switch step {
    case .mark:
      memory.store(UInt8(slot) + 1, to: 1 + thread, by: thread, releasing: false)
      actors[thread].step = plan.without == .secondLook ? .bodyBegins : .lookAgain
    case .bodyBegins:
      look(at: slot, thread)
      actors[thread].step = .bodyEnds
    case .bodyEnds:
      look(at: slot, thread)
      actors[thread].didRead = true
      actors[thread].step = .unmark
    case .unmark:
      memory.store(0, to: 1 + thread, by: thread, releasing: plan.without != .releaseAtTheEnd)
      if plan.without == .checkAtTheEnd { endRead(thread) } else { actors[thread].step = .check }
    case .lock: return lock(thread)
    case .make:
      payloads[nextSlot] = generation + 1
      memory.touch(use(of: nextSlot, by: thread), by: thread)
      actors[thread].step = .publish
    case .publish: publish(thread)
    case .drain:
      draining[actors[thread].slot] = true
      actors[thread].step = plan.without == .barrier ? .scan : .barrier
    case .barrier:
      memory.barrierEverywhere(from: thread)
      actors[thread].step = .scan
    case .dispose:
      if !actors[thread].foundMark { dispose(actors[thread].slot, thread) }
      actors[thread].step = .unlock
    case .unlock:
      memory.unlock(by: thread)
      if thread == writer { endWork() } else { endRead(thread) }
    case .look, .lookAgain, .check, .scan, .over: return false
    }
    return true
  }

  /// The body looks at the payload.
  private mutating func look(at slot: Int, _ thread: Int) {
    let seen = actors[thread].word >> 1
    if payloads[slot] != seen {
      broken = "reader \(thread) looks at generation \(seen) and finds \(payloads[slot]) (0: disposed)"
    } else if !memory.isOrdered(use(of: slot, by: writer), before: thread) {
      broken = "reader \(thread) looks at generation \(seen) before it was made for it"
    }
    if seen < actors[thread].lastSeen { broken = "reader \(thread) goes back to generation \(seen)" }
    actors[thread].lastSeen = seen
    memory.touch(use(of: slot, by: thread), by: thread)
  }

  private mutating func lock(_ thread: Int) -> Bool {
    let isSwap = thread == writer && plan.work[plan.work.count - actors[thread].left] == .swap
    // A swap waits for a vacant slot.
    if isSwap, payloads[nextSlot] != 0 { return false }
    guard memory.lock(by: thread) else { return false }
    if thread == writer {
      actors[thread].slot = servedSlot
      actors[thread].step = isSwap ? .make : .publish
    } else {
      // Looks whether anything drains, under the lock.
      actors[thread].step = draining[actors[thread].slot] ? .scan : .unlock
    }
    actors[thread].scanned = 0
    actors[thread].foundMark = false
    return true
  }

  private mutating func publish(_ thread: Int) {
    let releasing = plan.without != .releaseOfThePublish
    switch plan.work[plan.work.count - actors[thread].left] {
    case .swap:
      let slot = nextSlot
      generation += 1
      memory.store(Self.word(generation, slot: slot), to: 0, by: thread, releasing: releasing)
    case .close: memory.store(0, to: 0, by: thread, releasing: releasing)
    }
    actors[thread].step = .drain
  }

  private mutating func dispose(_ slot: Int, _ thread: Int) {
    for reader in 0..<plan.readers where !memory.isOrdered(use(of: slot, by: reader), before: thread) {
      broken = "slot \(slot) is disposed while reader \(reader)'s last look is not known to be over"
    }
    if payloads[slot] == 0 { broken = "slot \(slot) is disposed twice" }
    draining[slot] = false
    payloads[slot] = 0
  }

  private mutating func startCheck(_ thread: Int) {
    actors[thread].slot = Int(actors[thread].word & 1)
    actors[thread].step = .lock
  }

  private mutating func endRead(_ thread: Int) {
    let actor = actors[thread]
    // A mark that came too late is followed by another try.
    let left = actor.didRead || actor.word == 0 ? actor.left - 1 : actor.left
    actors[thread] = Actor(step: left == 0 ? .over : .look, left: left, lastSeen: actor.lastSeen)
  }

  private mutating func endWork() {
    let left = actors[writer].left - 1
    actors[writer] = Actor(step: left == 0 ? .over : .lock, left: left)
  }
}
