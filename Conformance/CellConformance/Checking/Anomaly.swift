/// What the contract says of an anomaly of a history, whichever rule was being played when it was found.
package struct Anomaly: Sendable {
  /// What should have been.
  package let sentence: String
  /// The rules that say so.
  package let rules: [String]
  /// What to look at.
  package let hint: String

  private init(_ sentence: String, _ rules: String..., check hint: String) {
    self.sentence = sentence
    self.rules = rules
    self.hint = hint
  }

  /// The anomalies by the reason that names them.
  package static let all: [Reason: Anomaly] = [
    .doubleBuild: Anomaly(
      "While a cell holds a payload, no factory of it runs", "CELL-2.01",
      check: "Is the cell looked at again under the lock before a factory is started?"),
    .overlappingFlights: Anomaly(
      "One factory of a cell runs at a time", "CELL-2.03",
      check: "Is \"nobody makes it yet\" tested and taken in one step?"),
    .phantomValue: Anomaly(
      "A call returns what was made for this very cell", "CELL-0.04",
      check: "Do cells share a variable, or does a call answer before the factory ended?"),
    .staleAfterSwap: Anomaly(
      "A call that begins after a swap returned gets the new payload", "CELL-5.02",
      check: "Is an old payload kept somewhere beside the cell, such as in a cache of a thread?"),
    .resurrection: Anomaly(
      "A call that begins after a close returned never gets the closed payload", "CELL-4.05",
      check: "Is the payload taken out of the cell before it is disposed, and a late product not published?"),
    .doubleDispose: Anomaly(
      "A payload is disposed once, whoever closes and however often", "CELL-4.02", "CELL-4.03",
      check: "Is the payload taken out of the cell in one step, by the one call that then disposes it?"),
    .lostPayload: Anomaly(
      "What a cell made or took over is disposed when it is closed", "CELL-4.01",
      check: "Which way out of a flight, a close or a swap drops the payload without its disposer?"),
    .useAfterDispose: Anomaly(
      "A payload is not handed out once its disposer has begun, and not disposed while it is leased", "CELL-11.01",
      check: "Is the payload taken out first and disposed then, after its last user?"),
    .splitFlight: Anomaly(
      "All callers of one flight are told the same, and nobody else is", "CELL-2.10", "CELL-2.12",
      check: "Does the result belong to the flight, or to a variable of the cell that the next flight overwrites?"),
    .lostWakeup: Anomaly(
      "Every caller that waits is woken", "CELL-2.04",
      check: "Is everybody woken at every way out of a flight, and the condition tested again under the lock?"),
    .guardBreach: Anomaly(
      "A seed or a swap is refused while its guard is shut", "CELL-3.01",
      check: "Is the world's variable read at each call, before anything is changed?"),
    .generationRegress: Anomaly(
      "Generation numbers only grow", "CELL-4.35", check: "Is the number raised where the payload is published?"),
    .metricDrift: Anomaly(
      "Observers are told what happened, once, and nothing else", "CELL-7.01",
      check: "Is the event sent on every way, and on that way only?"),
    .foreignDispose: Anomaly(
      "A payload that the cell refused stays its owner's", "CELL-3.06",
      check: "Does the refusal dispose what it was offered?"),
  ]
}
