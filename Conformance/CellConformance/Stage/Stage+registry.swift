extension Stage {
  /// Registers cells, with the names of the cells that each one needs, from a caller of its own.
  func registry(_ cells: [(cell: StageCell, needs: [String])]) throws -> StageRegistry {
    let entries = cells.map { RegistryEntry(name: $0.cell.name, cell: $0.cell.inner, dependencies: $0.needs) }
    let box = ResultBox<any SubjectRegistry>(core: core)
    let subject = subject
    switch subject.face {
    case .blocking: try KitThread.start("cell-register") { box.fulfil { try subject.registryBlocking(entries) } }
    case .suspending:
      Task(executorPreference: executor) {
        do {
          let registry = try await subject.registrySuspending(entries)
          box.fulfil { registry }
        } catch { box.fulfil { throw error } }
      }
    }
    return StageRegistry(stage: self, cells: cells.map(\.cell), inner: try box.value("the registration"))
  }
}

/// A registry on the stage.
struct StageRegistry {
  let stage: Stage
  let cells: [StageCell]
  let inner: any SubjectRegistry

  /// Closes all cells, for ever or not, from a caller of its own. Each cell's history shows it as a call of its own.
  func start(isFinal: Bool = false) throws -> Ending {
    let core = stage.core
    let counters = stage.counters
    let verb: HistoryEvent.Verb = isFinal ? .shutDown : .close
    let call = Call(number: counters.nextCall(), verb: verb, cell: cells.first?.index ?? 0, core: core)
    let box = ResultBox<[String: any Error]>(core: core)
    let closes = cells.map { (call: counters.nextCall(), cell: $0.index, name: $0.name) }
    let inner = inner
    stage.adopt([call])
    for close in closes { core.history.record(.invoked(call: close.call, verb), cell: close.cell) }
    let done: @Sendable ([String: any Error]) -> Void = { errors in
      for close in closes {
        let outcome = errors[close.name].map { Outcome.failed(Failure($0)) } ?? .nothing
        core.history.record(.returned(call: close.call, verb, outcome), cell: close.cell)
      }
      box.fulfil { errors }
      call.finish(.nothing)
    }
    switch stage.subject.face {
    case .blocking:
      try KitThread.start("cell-close-all") {
        call.began(onThread: ThreadStates.currentThread())
        done(inner.endBlocking(isFinal: isFinal))
      }
    case .suspending:
      call.setTask(
        Task(executorPreference: stage.executor) {
          call.began(onThread: nil)
          done(await inner.endSuspending(isFinal: isFinal))
        })
    }
    return Ending(call: call, box: box)
  }

  /// Adds a hook that runs after the cells were closed.
  func addSweep(_ name: String, _ body: @escaping @Sendable () throws -> Void) throws {
    let box = ResultBox<Bool>(core: stage.core)
    let inner = inner
    switch stage.subject.face {
    case .blocking:
      try KitThread.start("cell-sweep") {
        box.fulfil {
          try inner.addSweepBlocking(name, body)
          return true
        }
      }
    case .suspending:
      Task(executorPreference: stage.executor) {
        do {
          try await inner.addSweepSuspending(name, body)
          box.fulfil { true }
        } catch { box.fulfil { throw error } }
      }
    }
    _ = try box.value("the adding of a sweep")
  }

  /// Closes all cells and waits for it.
  func closeAll() throws -> [String: any Error] { try start().errors() }

  /// Closes all cells for ever and waits for it.
  func shutDown() throws -> [String: any Error] { try start(isFinal: true).errors() }

  /// A close of all cells under way.
  struct Ending {
    let call: Call
    let box: ResultBox<[String: any Error]>

    func errors() throws -> [String: any Error] { try box.value("the close of all cells") }
  }
}
