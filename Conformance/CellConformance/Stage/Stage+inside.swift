extension Stage {
  /// Makes a blocking call from inside a Swift task: on a thread of the kit's, so that a backend that blocks it stops nobody.
  func startInTask(_ operation: Operation, on cell: StageCell) throws -> Call {
    let call = Call(number: counters.nextCall(), verb: operation.verb, cell: cell.index, core: core)
    adopt([call])
    let log = core.history.makeLog(of: [cell.index])
    let performer = Performer(core: core, cell: cell.index, inner: cell.inner)
    call.setTask(
      Task(executorPreference: executor) {
        call.began(onThread: nil)
        call.finish(performer.blocking(operation, as: call.number, lane: call.number, log: log))
      })
    return call
  }

  /// Makes a call that both faces have as a synchronous one, from a thread.
  func startOnThread(_ operation: Operation, on cell: StageCell) throws -> Call {
    let call = Call(number: counters.nextCall(), verb: operation.verb, cell: cell.index, core: core)
    adopt([call])
    let log = core.history.makeLog(of: [cell.index])
    let performer = Performer(core: core, cell: cell.index, inner: cell.inner)
    try KitThread.start("cell-call-\(call.number)") {
      call.began(onThread: ThreadStates.currentThread())
      call.finish(performer.blocking(operation, as: call.number, lane: call.number, log: log))
    }
    return call
  }

  /// Has the backend make a cell and its payload, and lets go of the cell.
  func getAndDrop() throws {
    let box = ResultBox<Bool>(core: core)
    let subject = subject
    let factory = ProbeFactory(plan: .init(), purpose: .initialization, cell: -1, counters: counters, core: core)
    let trial = DropTrial(name: "dropped", world: CellWorld(core: core, cell: -1, clock: clock), factory: factory)
    switch subject.face {
    case .blocking:
      try KitThread.start("cell-drop") {
        box.fulfil {
          try subject.getAndDropBlocking(trial)
          return true
        }
      }
    case .suspending:
      Task(executorPreference: executor) {
        do {
          try await subject.getAndDropSuspending(trial)
          box.fulfil { true }
        } catch { box.fulfil { throw error } }
      }
    }
    do { _ = try box.value("getOrInitialize of a cell that is then dropped") } catch let stop as StageStop {
      throw stop
    } catch {
      throw StageStop.failed(Finding(.unexpectedError, "getOrInitialize of a new cell threw \(Failure(error))"))
    }
  }

  /// Has the backend make a cell for payloads of another type, ask it twice, and close it.
  func getTwice<Payload: Sendable>(
    make: @escaping @Sendable () throws -> Payload, use: @escaping @Sendable (Payload) -> Void
  ) throws {
    let box = ResultBox<Bool>(core: core)
    let subject = subject
    let trial = PayloadTrial(world: CellWorld(core: core, cell: -1, clock: clock), make: make, use: use)
    switch subject.face {
    case .blocking:
      try KitThread.start("cell-any") {
        box.fulfil {
          try subject.getTwiceBlocking(trial)
          return true
        }
      }
    case .suspending:
      Task(executorPreference: executor) {
        do {
          try await subject.getTwiceSuspending(trial)
          box.fulfil { true }
        } catch { box.fulfil { throw error } }
      }
    }
    do { _ = try box.value("two calls to a cell of another type") } catch let stop as StageStop {
      throw stop
    } catch let missing as MissingCapability {
      throw missing
    } catch {
      throw StageStop.failed(Finding(.unexpectedError, "a cell of another type threw \(Failure(error))"))
    }
  }
}
