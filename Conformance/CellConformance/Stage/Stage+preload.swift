extension Stage {
  /// Preloads some of the stage's cells from a caller of their own, and hands back the errors by name.
  func startPreload(
    _ plans: [(cell: StageCell, plan: ProbeFactory.Plan)], only names: Set<String>, rollsBack: Bool = false
  ) throws -> Preload {
    let entries = plans.map { PreloadEntry(name: $0.cell.name, cell: $0.cell.inner, factory: $0.cell.factory($0.plan)) }
    let call = Call(number: counters.nextCall(), verb: .preload, cell: plans.first?.cell.index ?? 0, core: core)
    let box = ResultBox<[String: any Error]>(core: core)
    let subject = subject
    adopt([call])
    // A preload that rolls back may close a cell: the check of the history must know.
    let closes = rollsBack ? plans.map { (call: counters.nextCall(), cell: $0.cell.index) } : []
    for close in closes { core.history.record(.invoked(call: close.call, .preload), cell: close.cell) }
    let history = core.history
    let done: @Sendable () -> Void = {
      for close in closes {
        history.record(.returned(call: close.call, .preload, .nothing), cell: close.cell)
      }
      call.finish(.nothing)
    }
    switch subject.face {
    case .blocking:
      try KitThread.start("cell-preload") {
        call.began(onThread: ThreadStates.currentThread())
        box.fulfil { subject.preloadBlocking(entries, only: names, rollsBack: rollsBack) }
        done()
      }
    case .suspending:
      call.setTask(
        Task(executorPreference: executor) {
          call.began(onThread: nil)
          let errors = await subject.preloadSuspending(entries, only: names, rollsBack: rollsBack)
          box.fulfil { errors }
          done()
        })
    }
    return Preload(call: call, box: box)
  }

  /// A preload under way.
  struct Preload {
    let call: Call
    let box: ResultBox<[String: any Error]>

    func errors() throws -> [String: any Error] { try box.value("the preload") }
  }
}
