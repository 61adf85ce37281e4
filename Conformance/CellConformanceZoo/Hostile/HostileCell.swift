package import CellConformance

/// A cell of the zoo that does not only answer wrongly but takes its process along, or holds it. Played in a process of its
/// own only.
package struct HostileCell: Sendable {
  package let name: String
  package let subject: any Subject
  /// The rule that must fail, and why, when it has a process of its own.
  package let rule: String
  package let reason: Reason

  private init(_ fault: HostileBackend.Fault, _ rule: String, _ reason: Reason) {
    subject = BlockingSubject(HostileBackend(fault: fault))
    (name, self.rule, self.reason) = (subject.manifest.name, rule, reason)
  }

  private init(suspending subject: any Subject, _ rule: String, _ reason: Reason) {
    self.subject = subject
    (name, self.rule, self.reason) = (subject.manifest.name, rule, reason)
  }

  /// Every hostile cell.
  package static let all: [HostileCell] = [
    HostileCell(.trapsInDisposer, "CELL-4.01", .processTrapped),
    HostileCell(.abortsInClose, "CELL-4.04", .processTrapped),
    HostileCell(.exitsInGet, "CELL-2.01", .processExited),
    HostileCell(.leavesInGet, "CELL-2.01", .processExited),
    HostileCell(.spinsInPeek, "CELL-1.01", .lostWakeup),
    HostileCell(.deadlocksInClose, "CELL-4.04", .lostWakeup),
    HostileCell(.stallsInProblem, "CELL-8.01", .processHung),
    HostileCell(suspending: SuspendingSubject(PoolBlockingBackend()), "CELL-4.01", .processHung),
  ]
}
