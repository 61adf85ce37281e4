package import CellConformance

/// A cell of the zoo that is odd, and right: a rule that fails it is wrong.
package struct CorrectCell: Sendable {
  package let subject: any Subject
  package var name: String { subject.manifest.name }

  /// Every correct cell.
  package static let all: [CorrectCell] = [
    CorrectCell(subject: BlockingSubject(LockBackend())),
    CorrectCell(subject: SuspendingSubject(ActorBackend())),
    CorrectCell(subject: BlockingSubject(AtomicsBackend())),
    CorrectCell(subject: SuspendingSubject(TaskHandleBackend())),
    CorrectCell(subject: BlockingSubject(SlowBackend())),
    CorrectCell(subject: BlockingSubject(EagerWakerBackend())),
    CorrectCell(subject: SuspendingSubject(HostileOrderBackend())),
  ]
}
