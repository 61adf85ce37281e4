public import CellContract
public import Logging
import ProblemDetails
public import RuntimeCells

/// Makes the cells of a plan ready, several at a time, each factory once.
public struct Preloader: Sendable {
  /// What a failing cell means for the others.
  public enum Policy: Sendable, Hashable {
    /// For a start: the first required cell that fails ends the preload, and what it made is closed again.
    case failFast
    /// For a prewarm: all are attempted and what became ready stays.
    case attemptAll
  }

  private let plan: PreloadPlan
  private let targets: [String: PreloadTarget]
  private let cells: [any ManagedCell]
  private let clock: CellClock
  private let rollBackDeadline: Duration
  private let logger: Logger

  /// Prepares a preload.
  ///
  /// - Parameters:
  ///   - plan: what is made ready.
  ///   - targets: how; those the plan does not name are left alone.
  ///   - cells: all cells that a preload may bring to life, whether asked for or by the way; a roll-back closes those of
  ///     them that were not ready before.
  ///   - clock: measures durations and deadlines.
  ///   - rollBackDeadline: how long a roll-back waits for each cell, counted from its own start.
  ///   - logger: is told each outcome.
  /// - Throws: ``LifespanError`` with `preloadSettings` when the plan names a cell without a target.
  public init(
    plan: PreloadPlan, targets: [PreloadTarget], cells: [any ManagedCell], clock: CellClock = .continuous,
    rollBackDeadline: Duration = .seconds(30), logger: Logger
  ) throws(LifespanError) {
    let byName = Dictionary(targets.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let missing = plan.items.map(\.name).filter { byName[$0] == nil }
    guard missing.isEmpty else {
      throw LifespanError(
        .preloadSettings, "Nothing is known about preloading \(missing.joined(separator: ", ")).", cells: missing)
    }
    self.plan = plan
    self.targets = byName
    self.cells = cells
    self.clock = clock
    self.rollBackDeadline = rollBackDeadline
    self.logger = logger
  }

  /// Runs the preload. Never throws: the report says how each cell ended. When the calling task is cancelled, what is
  /// under way is given up.
  ///
  /// - Parameters:
  ///   - policy: what a failing cell means for the others.
  ///   - onEnd: is told each cell's end as it comes.
  public func run(
    _ policy: Policy = .failFast, onEnd: @escaping @Sendable (PreloadReport.Item) -> Void = { _ in }
  ) async -> PreloadReport {
    let before = cells.filter { $0.snapshot().initState == .empty }
    var report = PreloadReport()
    report.items = await items(policy, onEnd: onEnd)
    let names = Dictionary(uniqueKeysWithValues: plan.items.enumerated().map { ($1.name, $0) })
    report.items.sort { names[$0.name, default: 0] < names[$1.name, default: 0] }
    if policy == .failFast, !report.isSuccess { await rollBack(before, &report) }
    return report
  }

  private func items(
    _ policy: Policy, onEnd: @escaping @Sendable (PreloadReport.Item) -> Void
  ) async -> [PreloadReport.Item] {
    var waiting = plan.items.compactMap { item in targets[item.name].map { (item, $0) } }
    var ended: [PreloadReport.Item] = []
    var running = 0
    var footprint: UInt64 = 0
    var isGivenUp = false
    await withTaskGroup(of: (PreloadReport.Item, UInt64).self) { group in
      func startNext() {
        while !isGivenUp, running < plan.maxConcurrency,
          let index = waiting.firstIndex(where: { fits($0.1.footprintBytes, beside: footprint, running: running) })
        {
          let (item, target) = waiting.remove(at: index)
          running += 1
          footprint += target.footprintBytes
          group.addTask { (await warm(item, target), target.footprintBytes) }
        }
      }
      startNext()
      while let (item, bytes) = await group.next() {
        running -= 1
        footprint -= bytes
        ended.append(item)
        tell(item)
        onEnd(item)
        if Task.isCancelled || (policy == .failFast && item.isRequired && item.outcome == .failed), !isGivenUp {
          isGivenUp = true
          group.cancelAll()
        }
        startNext()
      }
    }
    for (item, target) in waiting {
      ended.append(
        .init(name: item.name, cell: target.cell, isRequired: item.isRequired, outcome: .cancelled, duration: .zero))
    }
    return ended
  }

  private func fits(_ bytes: UInt64, beside footprint: UInt64, running: Int) -> Bool {
    guard let budget = plan.footprintBudgetBytes, running > 0 else { return true }
    let (sum, overflow) = footprint.addingReportingOverflow(bytes)
    return !overflow && sum <= budget
  }

  private func warm(_ item: PreloadPlan.Item, _ target: PreloadTarget) async -> PreloadReport.Item {
    let start = clock.now
    var result = PreloadReport.Item(
      name: item.name, cell: target.cell, isRequired: item.isRequired, outcome: .ready, duration: .zero)
    if let reason = target.disabledReason {
      result.outcome = .disabled
      result.limits = [reason]
      return result
    }
    let wasReady = target.isReady()
    do {
      try await warm(target, within: item.deadline)
      result.outcome = wasReady ? .alreadyReady : .ready
    } catch is CancellationError where Task.isCancelled {
      result.outcome = .cancelled
    } catch {
      result.outcome = .failed
      result.error = error
      result.problem = ProblemDetails(describing: error, unwrapping: true)
    }
    result.duration = clock.now - start
    return result
  }

  /// The wait ends at the deadline; whether the factory goes on is the cell's own policy.
  private func warm(_ target: PreloadTarget, within deadline: Duration) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await target.warm() }
      group.addTask {
        try await clock.sleep(for: deadline)
        throw LifespanError(
          .preloadDeadline,
          "'\(target.name)' was not ready within \(deadline). Allow more time, or take it out of the preload set.",
          cells: [target.name])
      }
      defer { group.cancelAll() }
      try await group.next()
    }
  }

  private func rollBack(_ candidates: [any ManagedCell], _ report: inout PreloadReport) async {
    // A registry of its own, because it knows in which order cells must be closed.
    let registry = CellRegistry()
    for cell in candidates where cell.snapshot().initState != .empty { try? registry.register(cell) }
    let deadline = rollBackDeadline
    // In a task of its own: the one that was cancelled, perhaps, must not take the cleaning up with it.
    let closing = Task { try await registry.closeAll(silent: true, perCell: deadline) }
    guard let closed = try? await closing.value else { return }
    report.rolledBack = closed.items.filter { $0.outcome != nil }.map(\.cell)
    for item in closed.items { report.rollBackErrors[item.cell] = item.error }
    if !report.rolledBack.isEmpty {
      logger.warning("preload rolled back", metadata: ["cells": "\(report.rolledBack.joined(separator: ","))"])
    }
  }

  private func tell(_ item: PreloadReport.Item) {
    var metadata: Logger.Metadata = [
      "cell": "\(item.name)", "outcome": "\(item.outcome.rawValue)",
      "duration_seconds": .stringConvertible(item.duration / .seconds(1)),
    ]
    guard item.outcome == .failed else { return logger.info("preload", metadata: metadata) }
    metadata["problem"] = "\(item.problem?.detail ?? "")"
    logger.log(level: item.isRequired ? .error : .warning, "preload failed", metadata: metadata)
  }
}
