public import Lifespan
public import Logging
public import RuntimeCells
public import ServiceLifecycle

/// The life of one engine as a process: readiness, preload, reload, recovery and an ordered end, made from a context and
/// its settings. What listens is brought by the caller.
///
/// ```swift
/// let authority = SwapAuthority()
/// let context = try ApplicationContext(settings: settings, cells: EngineLifespan.cells(authority: authority))
/// let life = try EngineLifespan(context: context, authority: authority, logger: logger)
/// // … build an HTTP service over context and life.readiness; have it call life.listening.began() when bound …
/// try await life.group(listeners: [http]).run(signals: ProcessSignal.trap(), leave: { exit($0) })
/// ```
public struct EngineLifespan: Sendable {
  /// Says whether requests are welcome.
  public let readiness: Readiness
  /// To be told when the listener is bound; the preload begins then.
  public let listening = Listening()
  /// What is made ready beforehand.
  public let plan: PreloadPlan
  /// Publishes new generations.
  public let watcher: IndexWatcher
  private let context: ApplicationContext
  private let preloader: Preloader
  private let keeper: CellKeeper
  private let clock: CellClock
  private let logger: Logger

  /// - Parameters:
  ///   - context: the engine; nothing of it is loaded yet.
  ///   - authority: the one that the context's cells are configured with; nil never reloads.
  ///   - environment: where the swap guard looks.
  ///   - clock: measures delays, deadlines and intervals.
  /// - Throws: ``LifespanError`` with `preloadSettings`.
  public init(
    context: ApplicationContext, authority: SwapAuthority?, environment: CellEnvironment = .process,
    clock: CellClock = .continuous, logger: Logger
  ) throws(LifespanError) {
    self.context = context
    self.clock = clock
    self.logger = logger
    let plan = try context.preloadPlan()
    let targets = context.preloadTargets()
    self.plan = plan
    let rows = Set(targets.filter { plan.required.contains($0.name) && $0.disabledReason == nil }.map(\.cell))
    readiness = Readiness(
      required: rows, absent: { context.absentChannels() }, snapshots: { context.cellTable() })
    readiness.setLimits(
      AcceleratorProbe.limits(isSkipped: context.settings.skipsAcceleratorProbe), from: "accelerator")
    preloader = try Preloader(
      plan: plan, targets: targets, cells: context.registry.iterate(), clock: clock, logger: logger)
    watcher = IndexWatcher(
      reloader: context.indexReloader(authority: authority, environment: environment), readiness: readiness,
      interval: context.settings.indexWatchInterval, clock: clock, logger: logger)
    keeper = CellKeeper(readiness: readiness, targets: targets, clock: clock, logger: logger)
  }

  /// How the cells of a service behave: a failed attempt is not repeated before its back-off has passed, so that a broken
  /// model is not loaded once for every request.
  public static func cells(
    authority: SwapAuthority?, environment: CellEnvironment = .process
  ) -> CellConfiguration {
    CellConfiguration(failurePolicy: .backoff(Backoff()), environment: environment, swapAuthority: authority)
  }

  /// The services in their order.
  ///
  /// - Parameters:
  ///   - listeners: what takes requests.
  ///   - waitsForListener: whether the preload begins only after `listening.began()`.
  ///   - background: started with the rest, stopped after the engine.
  ///   - lastSteps: run when all cells are closed: flush telemetry.
  ///   - onPreload: is told the preload's report.
  public func group(
    listeners: [any Service], waitsForListener: Bool = true, background: [any Service] = [],
    lastSteps: [LifespanService.LastStep] = [], onPreload: @escaping @Sendable (PreloadReport) -> Void = { _ in }
  ) -> LifespanGroup {
    let context = context
    let limit = context.settings.serve.drainLimit
    let budget = DrainBudget(limit: limit, clock: clock)
    return LifespanGroup(
      background: background,
      lifespan: LifespanService(
        readiness: readiness, preloader: preloader, listening: waitsForListener ? listening : nil,
        close: { try await context.shutdown(within: budget.remaining) }, lastSteps: lastSteps, onPreload: onPreload,
        logger: logger),
      watchers: [watcher, keeper], watcher: watcher, listeners: listeners,
      gate: DrainGate(
        readiness: readiness, delay: context.settings.serve.lameDuckDelay, clock: clock, budget: budget,
        logger: logger),
      drainLimit: limit, clock: clock, logger: logger)
  }
}
