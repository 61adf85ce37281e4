public import Logging
import ProblemDetails
public import RuntimeCells
public import ServiceLifecycle
import Synchronization

/// Serves a new index generation as soon as `CURRENT` names it: looks at intervals, and at once when it is told to
/// (SIGHUP). What it cannot do becomes a limit of readyz; the old generation goes on serving.
public final class IndexWatcher: Service {
  /// What one look led to.
  public enum Outcome: Sendable, Hashable {
    /// Nothing is served, or the newest generation is.
    case unchanged
    /// Another generation serves now.
    case reloaded(from: UInt64, to: UInt64)
    /// A newer generation is there, and the guard does not allow a swap.
    case notAllowed(available: UInt64)
    /// The newer generation could not be published, or not even looked for.
    case failed
  }

  private static let source = "index"
  private let reloader: IndexReloader
  private let readiness: Readiness
  private let interval: Duration?
  private let clock: CellClock
  private let logger: Logger
  /// A generation that failed is not tried again by itself: building it costs memory and time at each look.
  private let rejected = Mutex<UInt64?>(nil)
  /// The generation whose refusal was logged: not once more at each look.
  private let refused = Mutex<UInt64?>(nil)
  private let asked: AsyncStream<Void>
  private let ask: AsyncStream<Void>.Continuation

  /// - Parameters:
  ///   - reloader: how to look and how to publish.
  ///   - readiness: is told the limits.
  ///   - interval: time between two looks; nil looks only when told to.
  ///   - clock: measures the interval.
  public init(
    reloader: IndexReloader, readiness: Readiness, interval: Duration? = .seconds(10),
    clock: CellClock = .continuous, logger: Logger
  ) {
    self.reloader = reloader
    self.readiness = readiness
    self.interval = interval
    self.clock = clock
    self.logger = logger
    (asked, ask) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
  }

  /// Looks as soon as possible, and tries a generation again that failed before. For SIGHUP.
  public func reloadNow() { ask.yield() }

  /// Looks until the graceful shutdown. A swap that is under way then is given up.
  public func run() async throws {
    do {
      try await cancelWhenGracefulShutdown { [self] in
        try await readiness.reached(.ready)
        try await withThrowingTaskGroup(of: Void.self) { group in
          if let interval {
            group.addTask {
              while true {
                try await self.clock.sleep(for: interval)
                await self.look(again: false)
              }
            }
          }
          group.addTask {
            for await _ in self.asked { await self.look(again: true) }
            throw CancellationError()
          }
          defer { group.cancelAll() }
          try await group.next()
        }
      }
    } catch is CancellationError {
      // Parked services end by cancellation; a return out of turn would end the whole group.
      try? await gracefulShutdown()
    }
  }

  /// Looks once and publishes what is new.
  ///
  /// - Parameter again: whether to try a generation that failed before.
  @discardableResult
  public func look(again: Bool) async -> Outcome {
    guard let served = reloader.served() else {
      if again { logger.info("index not reloaded", metadata: ["reason": "none is served yet"]) }
      return .unchanged
    }
    var wanted: UInt64?
    do {
      wanted = try await reloader.available()
      guard let wanted, wanted != served else {
        readiness.setLimits([], from: Self.source)
        if again {
          logger.info(
            "index not reloaded", metadata: ["served": .stringConvertible(served), "reason": "it is the newest"])
        }
        return .unchanged
      }
      if !again, rejected.withLock({ $0 == wanted }) { return .failed }
      guard reloader.isAllowed() else {
        let reason = "generation \(wanted) available, swap not allowed"
        readiness.setLimits([reason], from: Self.source)
        let isNew = refused.withLock { refused in
          defer { refused = wanted }
          return refused != wanted
        }
        if isNew || again {
          logger.warning("index not reloaded", metadata: ["served": .stringConvertible(served), "reason": "\(reason)"])
        }
        return .notAllowed(available: wanted)
      }
      let now = try await reloader.reload() ?? wanted
      rejected.withLock { $0 = nil }
      readiness.setLimits([], from: Self.source)
      logger.notice("index reloaded", metadata: ["from": .stringConvertible(served), "to": .stringConvertible(now)])
      return .reloaded(from: served, to: now)
    } catch is CancellationError {
      return .failed
    } catch {
      rejected.withLock { $0 = wanted }
      let title = ProblemDetails(describing: error, unwrapping: true).title ?? "unknown problem"
      let what = wanted.map { "generation \($0) could not be loaded" } ?? "CURRENT could not be read"
      readiness.setLimits(["\(what) (\(title)); generation \(served) still serves"], from: Self.source)
      logger.error("index not reloaded", metadata: ["served": .stringConvertible(served), "error": "\(error)"])
      return .failed
    }
  }
}
