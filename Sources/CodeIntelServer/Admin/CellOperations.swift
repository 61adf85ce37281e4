import CellContract
import CodeIntel
import Indexing
import ProblemDetails
import RuntimeCells

/// What administrators can do to cells.
///
/// `chunks` and the channels live inside the generation set (design decision D19): what is asked for one of them is done
/// to the whole set, and the answer's `cell` says so.
struct CellOperations: Sendable {
  /// The members of an answer.
  struct Outcome: Sendable {
    var members: [String: ProblemValue]
  }

  /// How long an operation may take.
  private static let deadline = Duration.seconds(300)

  let engine: ApplicationContext
  /// Makes the permits that a swap needs; nil when nobody may swap.
  let authority: SwapAuthority?
  let clock: CellClock

  /// Builds a new payload and publishes it while the old one serves. Numbers are those of the cell's generations.
  ///
  /// A model that does not fit the served generation is refused before it is published.
  ///
  /// - Throws: `CellError` with `unknownCell`, `swapNotAllowed`, `swapInProgress`, `swapFailed` and others of a swap.
  func swap(_ name: String, reason: String) async throws -> Outcome {
    let cell = try engine.cell(of: name)
    let result = try await engine.reload(name, permit: try permit(reason), deadline: Self.deadline)
    return outcome(result, cell: cell.name)
  }

  /// Serves the generation that `CURRENT` names now. Numbers are those of index generations.
  ///
  /// - Throws: as ``swap(_:reason:)``.
  func swapIndex(reason: String) async throws -> Outcome {
    let before = servedGeneration
    let result = try await engine.reloadIndex(permit: try permit(reason), deadline: Self.deadline)
    var outcome = outcome(result, cell: CellName.hybrid)
    outcome.members["from"] = before.map { .integer(Int64($0)) }
    outcome.members["to"] = servedGeneration.map { .integer(Int64($0)) }
    return outcome
  }

  /// Closes a cell after its last user; it can be used again.
  ///
  /// - Throws: `CellError` with `unknownCell`, `deadlineExceeded`, `disposeFailed`.
  func close(_ name: String) async throws -> Outcome {
    let start = clock.now
    let cell = try engine.cell(of: name)
    let outcome = try await cell.close(deadline: .seconds(30), silent: false)
    return Outcome(members: [
      "cell": .string(cell.name), "outcome": .string(outcome.rawValue), "duration_ms": milliseconds(since: start),
    ])
  }

  /// Makes a cell ready, if it is not.
  ///
  /// - Throws: `CellError` with `unknownCell`, `warmingUp` and others of an initialisation.
  func prewarm(_ name: String) async throws -> Outcome {
    let start = clock.now
    let cell = try engine.cell(of: name)
    let generation = try await engine.prewarm(name, deadline: Self.deadline)
    return Outcome(members: [
      "cell": .string(cell.name), "outcome": "ok", "generation": .integer(Int64(clamping: generation.rawValue)),
      "duration_ms": milliseconds(since: start),
    ])
  }

  private func permit(_ reason: String) throws(CellError) -> SwapPermit {
    guard let authority else {
      throw CellError(
        .swapNotAllowed, cell: CellName.hybrid, message: "This service hands out no permits, so nothing can be swapped."
      )
    }
    return authority.permit(reason: reason)
  }

  /// The number of the index generation that serves; nil when none does.
  private var servedGeneration: Int? { engine.hybrid.withValueIfReady { Int($0.generation.number) } }

  private func outcome(_ result: SwapResult, cell: String) -> Outcome {
    var members: [String: ProblemValue] = [
      "cell": .string(cell), "to": .integer(Int64(clamping: result.to.rawValue)),
      "attempts": .integer(Int64(result.attempts)), "duration_ms": .number(result.duration / .milliseconds(1)),
    ]
    if let from = result.from { members["from"] = .integer(Int64(clamping: from.rawValue)) }
    return Outcome(members: members)
  }

  private func milliseconds(since start: Duration) -> ProblemValue { .number((clock.now - start) / .milliseconds(1)) }
}
