public import Logging
import ProblemDetails
import RuntimeCells
public import ServiceLifecycle

/// The engine's life: waits for the listener, preloads, serves, and closes everything in order, whatever happened.
///
/// In the group it stands before the listener, so that it is stopped after it.
public struct LifespanService: Service {
  /// Something to do after all cells are closed: flush telemetry, remove a file.
  public struct LastStep: Sendable {
    /// For the log.
    public var name: String
    /// Does it; must bound its own time.
    public var run: @Sendable () async throws -> Void

    /// Makes a step.
    public init(_ name: String, _ run: @escaping @Sendable () async throws -> Void) {
      self.name = name
      self.run = run
    }
  }

  private let readiness: Readiness
  private let preloader: Preloader
  private let listening: Listening?
  private let close: @Sendable () async throws -> Void
  private let lastSteps: [LastStep]
  private let onPreload: @Sendable (PreloadReport) -> Void
  private let logger: Logger

  /// - Parameters:
  ///   - readiness: is told each phase.
  ///   - preloader: what is made ready before the first request is welcome.
  ///   - listening: tells when the listener is bound; nil preloads at once.
  ///   - close: closes all cells in dependency order, with its own deadlines; called exactly once.
  ///   - lastSteps: run one after another when all cells are closed, even after errors.
  ///   - onPreload: is told the preload's report.
  public init(
    readiness: Readiness, preloader: Preloader, listening: Listening? = nil,
    close: @escaping @Sendable () async throws -> Void, lastSteps: [LastStep] = [],
    onPreload: @escaping @Sendable (PreloadReport) -> Void = { _ in }, logger: Logger
  ) {
    self.readiness = readiness
    self.preloader = preloader
    self.listening = listening
    self.close = close
    self.lastSteps = lastSteps
    self.onPreload = onPreload
    self.logger = logger
  }

  /// Runs until the graceful shutdown, or the cancellation, of the group.
  ///
  /// - Throws: ``LifespanError`` with `preloadFailed`; what `close` throws.
  public func run() async throws {
    let failure: LifespanError?
    do {
      failure = try await serve()
    } catch is CancellationError {
      failure = nil
    }
    readiness.enter(.draining)
    // In a task of its own: the cells are closed in order even when this one was cancelled.
    let ending = Task { await end() }
    let closing = await ending.value
    readiness.enter(.stopped)
    if let failure { throw failure }
    try closing.get()
  }

  /// The error that ended the start; nil after a good life.
  private func serve() async throws -> LifespanError? {
    let report = try await cancelWhenGracefulShutdown {
      await listening?.wait()
      try Task.checkCancellation()
      readiness.enter(.preloading)
      return await preloader.run { [readiness] item in
        if !item.limits.isEmpty || item.outcome == .failed {
          readiness.setLimits(item.limitTexts, from: item.name, of: item.cell)
        }
      }
    }
    onPreload(report)
    guard report.isSuccess else {
      // A preload that was given up because the process is to end is no failure.
      guard !report.failedRequired.isEmpty, let failure = report.failure else { return nil }
      readiness.fail(failure.message)
      logger.critical("preload failed", metadata: ["cells": "\(failure.cells.joined(separator: ","))"])
      return failure
    }
    readiness.enter(.ready)
    logger.notice("ready", metadata: ["preloaded": "\(report.items.map(\.name).joined(separator: ","))"])
    try await gracefulShutdown()
    return nil
  }

  private func end() async -> Result<Void, any Error> {
    let result: Result<Void, any Error>
    do {
      try await close()
      result = .success(())
      logger.notice("all cells closed")
    } catch {
      result = .failure(error)
      logger.error("cells not closed in order", metadata: ["error": "\(error)"])
    }
    for step in lastSteps {
      do { try await step.run() } catch {
        logger.error("last step failed", metadata: ["step": "\(step.name)", "error": "\(error)"])
      }
    }
    return result
  }
}

extension PreloadReport.Item {
  /// What this end adds to the limits of the service.
  var limitTexts: [String] {
    outcome == .failed && !isRequired
      ? ["\(name): preload failed: \(problem?.title ?? "unknown problem")"] : limits.map { "\(name): \($0)" }
  }
}
