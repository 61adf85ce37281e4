/// Why a rule failed: an open set of stable words, the anomalies of a history among them.
public struct Reason: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The stable words.
  public let rawValue: String

  /// Wraps stable words.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// The stable words.
  public var description: String { rawValue }

  private init(_ words: String) { rawValue = words }

  /// A second payload was built though the first one was there.
  public static let doubleBuild = Reason("A1 double-build")
  /// Two factories of one cell ran at the same time.
  public static let overlappingFlights = Reason("A2 overlapping-flights")
  /// A call returned a payload that nobody had made for that cell by then.
  public static let phantomValue = Reason("A3 phantom-value")
  /// A call made after a swap returned the payload from before it.
  public static let staleAfterSwap = Reason("A4 stale-after-swap")
  /// A call made after a close returned the payload from before it.
  public static let resurrection = Reason("A5 resurrection-after-close")
  /// A payload was disposed twice.
  public static let doubleDispose = Reason("A6 double-dispose")
  /// A payload was never disposed.
  public static let lostPayload = Reason("A7 lost-payload")
  /// A payload was disposed while it was in use, or handed out after that.
  public static let useAfterDispose = Reason("A8 use-after-dispose")
  /// Callers of one flight were told different things, or one of a later flight was told of an earlier one.
  public static let splitFlight = Reason("A9 split-flight")
  /// A call never came back though nothing held it.
  public static let lostWakeup = Reason("A10 lost-wakeup")
  /// A guarded call succeeded while its guard was shut.
  public static let guardBreach = Reason("A11 guard-breach")
  /// A generation number went back.
  public static let generationRegress = Reason("A12 generation-regress")
  /// What observers were told does not agree with what happened.
  public static let metricDrift = Reason("A13 metric-drift")
  /// A payload that the cell had refused was disposed by it.
  public static let foreignDispose = Reason("A14 foreign-dispose")

  /// The call should have thrown.
  public static let missingError = Reason("missing-error")
  /// The call threw the wrong thing.
  public static let wrongError = Reason("wrong-error")
  /// The call threw and should not have.
  public static let unexpectedError = Reason("unexpected-error")
  /// The call returned the wrong payload, or none.
  public static let wrongValue = Reason("wrong-value")
  /// The factory was called too often, too seldom or not at all.
  public static let factoryCount = Reason("factory-count")
  /// A call waited for something it must not wait for.
  public static let blocked = Reason("blocked")
  /// A call came back before what it must wait for.
  public static let tooEarly = Reason("too-early")
  /// Threads were left behind.
  public static let leakedThreads = Reason("leaked-threads")
  /// The state is not what the call should have left.
  public static let wrongState = Reason("wrong-state")
  /// An error's text or fields do not say what they must.
  public static let poorMessage = Reason("poor-message")
  /// The backend made no cell.
  public static let noCell = Reason("no-cell")
  /// The manifest and the protocols disagree.
  public static let capabilityMismatch = Reason("capability-mismatch")
  /// The kit did not find the fault of its own broken cell.
  public static let canaryMissed = Reason("canary-missed")
  /// A problem document breaks RFC 9457, or this project's stricter profile of it.
  public static let malformedProblem = Reason("malformed-problem")
  /// A text that leaves the process tells what must stay inside.
  public static let leakedDetail = Reason("leaked-detail")
  /// The process was ended by a signal while the rule was played.
  public static let processTrapped = Reason("process-trapped")
  /// The process called exit while the rule was played.
  public static let processExited = Reason("process-exited")
  /// The process could not go on: its threads were lost to something outside of every call.
  public static let processHung = Reason("process-hung")
}
