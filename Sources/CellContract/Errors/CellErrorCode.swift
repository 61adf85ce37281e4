extension CellError {
  /// What kind of failure a ``CellError`` is: an open set of stable strings, so that new ones break nobody.
  ///
  /// Each code has exactly one problem type; its last part is the slug of that type.
  public struct Code: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The stable string, for example `cell.closed`.
    public let rawValue: String

    /// Wraps a stable string.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The stable string.
    public var description: String { rawValue }

    /// The factory threw; `underlying` is its error (design decision D1).
    public static let initializationFailed = Code(rawValue: "cell.initialization-failed")
    /// Earlier attempts failed and the next one is not due before `retryAfter` (D1).
    public static let coolingDown = Code(rawValue: "cell.cooling-down")
    /// The factory failed for good and the cell's policy keeps that error until a reset or a swap (D1).
    public static let failed = Code(rawValue: "cell.failed")
    /// The factory did not return within the cell's init deadline (D3).
    public static let initDeadlineExceeded = Code(rawValue: "cell.init-deadline-exceeded")
    /// The caller's own deadline passed, or would pass, while the payload was being made (D3); `retryAfter` is an estimate.
    public static let warmingUp = Code(rawValue: "cell.warming-up")
    /// Waiting would never end: the cells wait for each other along `path` (D4).
    public static let reentrant = Code(rawValue: "cell.reentrant")
    /// The cell was closed while the caller waited (D5).
    public static let closed = Code(rawValue: "cell.closed")
    /// The deadline of a close passed while `holders` leases or a running factory remained (D6).
    public static let deadlineExceeded = Code(rawValue: "cell.deadline-exceeded")
    /// Two older payloads are still in use, so that a third one may not be made yet (D6).
    public static let draining = Code(rawValue: "cell.draining")
    /// The cell holds a payload already (D7).
    public static let alreadyInitialized = Code(rawValue: "cell.already-initialized")
    /// A factory is running (D7).
    public static let initializing = Code(rawValue: "cell.initializing")
    /// Seeding is not allowed here; the message names the variable that allows it (D7).
    public static let seedNotAllowed = Code(rawValue: "cell.seed-not-allowed")
    /// A swap gave up before publishing; the old payload still serves (D8).
    public static let swapFailed = Code(rawValue: "cell.swap-failed")
    /// Swapping is not allowed here; the message names the variable that allows it (D8).
    public static let swapNotAllowed = Code(rawValue: "cell.swap-not-allowed")
    /// Another swap of the same cell is under way (D9).
    public static let swapInProgress = Code(rawValue: "cell.swap-in-progress")
    /// The cell or its registry was shut down, which is final (D10).
    public static let shutDown = Code(rawValue: "cell.shut-down")
    /// Some cells could not be closed as asked; `others` says which and why (D11).
    public static let closeIncomplete = Code(rawValue: "cell.close-incomplete")
    /// The disposer threw; the payload counts as disposed all the same (D12).
    public static let disposeFailed = Code(rawValue: "cell.dispose-failed")
    /// A blocking call was made inside a Swift task while the cell was not ready (D13).
    public static let wouldBlockTask = Code(rawValue: "cell.would-block-task")
    /// No operating-system thread could be had for a blocking factory or disposer (D13).
    public static let threadsUnavailable = Code(rawValue: "cell.threads-unavailable")
    /// The cell is empty and nobody gave a factory (D14).
    public static let empty = Code(rawValue: "cell.empty")
    /// The cell's gate is full or the wait in its queue was too long (D17).
    public static let overloaded = Code(rawValue: "cell.overloaded")
    /// New payloads are paused because memory is short, or this one would not fit.
    public static let notAdmitted = Code(rawValue: "cell.not-admitted")
    /// The payload can never fit into the memory that there is, by what the cell declares; trying again does not help.
    public static let tooLarge = Code(rawValue: "cell.too-large")
    /// A cell of that name is registered already.
    public static let duplicateName = Code(rawValue: "cell.duplicate-name")
    /// No cell of that name is registered.
    public static let unknownCell = Code(rawValue: "cell.unknown-cell")
    /// An argument makes no sense, for example a negative deadline.
    public static let invalidArgument = Code(rawValue: "cell.invalid-argument")
  }
}
