import CellContract

/// Where one rule is played: its cells, callers and gates. The script runs on a kit thread, the conductor, which may block.
package final class Stage: @unchecked Sendable {
  // @unchecked: the script alone uses the variables, on one thread.
  package let subject: any Subject
  package let core: StageCore
  let options: RunOptions
  /// Chance for this rule: the run's seed joined with the rule's id, so that rules can be run alone.
  var random: SeededRandom
  let counters = Counters()
  /// The time that all cells of this rule live in.
  let clock: WorldClock
  /// Where the callers of a suspending backend run.
  private(set) var executor: KitExecutor
  private(set) var cells: [StageCell] = []
  private(set) var calls: [Call] = []
  private(set) var overlapUnproven = 0

  init(subject: any Subject, options: RunOptions, patience: HangPolicy, rule: String) throws {
    self.subject = subject
    self.options = options
    random = SeededRandom(seed: rule.utf8.reduce(options.seed) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 })
    core = StageCore(patience: patience)
    clock = WorldClock(core: core)
    executor = try ExecutorShelf.shared.take(order: options.taskOrder)
  }

  /// Makes an empty cell with a world of its own.
  package func cell(_ name: String = "subject", _ plan: CellPlan = .standard) throws -> StageCell {
    do { return try cellOrError(name, plan) } catch let stop as StageStop {
      throw stop
    } catch let missing as MissingCapability {
      throw missing
    } catch {
      throw StageStop.failed(Finding(.noCell, "makeCell threw \(error): it must return an empty cell"))
    }
  }

  /// Makes an empty cell, or throws what the backend throws.
  func cellOrError(_ name: String, _ plan: CellPlan) throws -> StageCell {
    let world = CellWorld(core: core, cell: cells.count, clock: clock)
    let box = ResultBox<any SubjectCell>(core: core)
    let subject = subject
    try KitThread.start("cell-make") { box.fulfil { try subject.makeCell(named: name, in: world, plan) } }
    let cell = StageCell(index: cells.count, name: name, world: world, stage: self, inner: try box.value("makeCell"))
    cells.append(cell)
    return cell
  }

  /// A closed gate.
  package func gate(_ name: String) -> Gate { Gate(name, core: core) }

  /// Makes a call from a new caller: a thread for a blocking backend, a task for a suspending one.
  package func start(_ operation: Operation, on cell: StageCell) throws -> Call {
    let call = Call(number: counters.nextCall(), verb: operation.verb, cell: cell.index, core: core)
    calls.append(call)
    let log = core.history.makeLog(of: [cell.index])
    let performer = Performer(core: core, cell: cell.index, inner: cell.inner)
    switch subject.face {
    case .blocking:
      try KitThread.start("cell-call-\(call.number)") {
        call.began(onThread: ThreadStates.currentThread())
        call.finish(performer.blocking(operation, as: call.number, lane: call.number, log: log))
      }
    case .suspending:
      call.setTask(
        Task(executorPreference: executor) {
          call.began(onThread: nil)
          call.finish(await performer.suspending(operation, as: call.number, lane: call.number, log: log))
        })
    }
    return call
  }

  /// Waits until every caller has either come back or gone to sleep in the backend.
  ///
  /// The proof is a moment at which every other thread of the process slept: none of two looks in a row found one awake or
  /// more often scheduled. Where the process never rests, the rule goes on all the same and its run counts as unproven.
  package func settle() throws {
    let calls = calls
    try core.wait(for: "every caller to begin") { calls.allSatisfy(\.hasBegunInMonitor) }
    var last: [Int: UInt64]?
    for look in 0..<300 {
      let now = ThreadStates.allAsleep()
      if let now, now == last { return }
      last = now
      // Others need the processor: first offer it, then step aside for as long as a tick.
      if look < 50 { KitThread.yield() } else { core.monitor.locked { _ = core.monitor.wait(nanoseconds: 200_000) } }
    }
    overlapUnproven += 1
  }

  /// Counts callers that were started elsewhere among those to wait for at the end.
  func adopt(_ lanes: [Call]) { calls += lanes }

  /// Runs the callers that start from now on in another order.
  func useExecutor(order: KitExecutor.Order) throws {
    ExecutorShelf.shared.giveBack(executor, blocked: false)
    executor = try ExecutorShelf.shared.take(order: order)
  }

  /// Every call that has not come back.
  var pending: [Call] { calls.filter { !$0.isFinished } }
}

/// Carries a result from a helper thread to the script.
final class ResultBox<Value: Sendable>: @unchecked Sendable {
  // @unchecked: `result` is used under the stage's monitor only.
  private let core: StageCore
  private var result: Result<Value, any Error>?

  init(core: StageCore) { self.core = core }

  func fulfil(_ body: () throws -> Value) {
    let result = Result(catching: body)
    core.change { self.result = result }
  }

  func value(_ what: String) throws -> Value {
    try core.wait(for: "the return of \(what)") { result != nil }
    guard let result = core.monitor.locked({ result }) else { throw KitError("\(what) gave no result") }
    return try result.get()
  }
}
