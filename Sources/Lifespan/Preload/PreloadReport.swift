public import ProblemDetails

/// What became of each cell of a preload.
public struct PreloadReport: Sendable {
  /// How one cell's preload ended. The raw values appear in JSON and never change.
  public enum Outcome: String, Sendable, Hashable, Codable, CaseIterable {
    /// Made ready by this preload.
    case ready
    /// Was ready before.
    case alreadyReady = "already_ready"
    /// Could not be made ready; ``Item/problem`` says why.
    case failed
    /// Cannot be had in this build or configuration; ``Item/limits`` says why.
    case disabled
    /// Given up because a required cell had failed or the process is to end.
    case cancelled
  }

  /// One cell's end.
  public struct Item: Sendable {
    /// The target's name.
    public var name: String
    /// The row of the status table that shows it.
    public var cell: String
    /// Whether the start depends on it.
    public var isRequired: Bool
    /// How it ended.
    public var outcome: Outcome
    /// How long it took.
    public var duration: Duration
    /// Notes on degraded operation.
    public var limits: [String] = []
    /// Why it failed.
    public var problem: ProblemDetails?
    /// The error behind the problem.
    public var error: (any Error)?
  }

  /// One item for each cell of the plan, in the plan's order.
  public var items: [Item] = []
  /// The cells that were closed again because the preload failed, in the order of their closes.
  public var rolledBack: [String] = []
  /// What went wrong while closing them, by cell.
  public var rollBackErrors: [String: any Error] = [:]

  /// The cells that had to be ready and are not.
  public var failedRequired: [Item] { items.filter { $0.isRequired && $0.outcome == .failed } }

  /// Whether all that is required is ready.
  public var isSuccess: Bool {
    !items.contains { $0.isRequired && ($0.outcome == .failed || $0.outcome == .cancelled) }
  }

  /// One limit for each optional cell that failed and each that is disabled.
  public var limits: [String] { items.flatMap(\.limitTexts) }

  /// The error that ends a start; nil when the preload succeeded.
  public var failure: LifespanError? {
    guard !isSuccess else { return nil }
    let failed = failedRequired
    let names = failed.isEmpty ? items.filter { $0.outcome == .cancelled }.map(\.name) : failed.map(\.name)
    var reasons = failed.map { "\($0.name): \($0.problem?.detail ?? "unknown reason")" }
    let givenUp = items.filter { $0.isRequired && $0.outcome == .cancelled }.map(\.name)
    if !givenUp.isEmpty {
      reasons.append("Given up with it, so not known to work: \(givenUp.joined(separator: ", ")).")
    }
    return LifespanError(
      .preloadFailed,
      failed.isEmpty
        ? "The preload was given up before \(names.joined(separator: ", ")) was ready."
        : "Required cells could not be preloaded, so the start was given up.\n"
          + reasons.joined(separator: "\n"),
      cells: names, underlying: failed.first?.error)
  }
}
