package import CellConformance

/// One broken cell of the zoo.
package struct BrokenCell: Sendable {
  /// `<body>/<defect>`.
  package let name: String
  /// The defect's name, as rules list it.
  package let defect: String
  package let subject: any Subject
  /// Set when not the backend is broken but the kit's own canary.
  let canary: (any Subject)?

  init(_ defect: Defect, onActor: Bool = false) {
    self.defect = defect.rawValue
    subject = onActor ? SuspendingSubject(ActorBackend(defect: defect)) : BlockingSubject(LockBackend(defect: defect))
    name = subject.manifest.name
    canary = nil
  }

  init(_ defect: String, subject: any Subject, canary: (any Subject)? = nil) {
    self.defect = defect
    self.subject = subject
    self.canary = canary
    name = subject.manifest.name + (canary == nil ? "" : "+\(defect)")
  }

  /// Every broken cell.
  package static let all: [BrokenCell] =
    Defect.allCases.filter { !onlySuspending.contains($0) }.map { BrokenCell($0) }
    + onActor.map { BrokenCell($0, onActor: true) }
    + PreloadingBackend.Fault.allCases.map {
      BrokenCell($0.rawValue, subject: BlockingSubject(PreloadingBackend(fault: $0)))
    }
    + RegistryBackend.Fault.allCases.map {
      BrokenCell($0.rawValue, subject: BlockingSubject(RegistryBackend(fault: $0)))
    }
    + BoxBackend.Fault.allCases.map { BrokenCell($0.rawValue, subject: BlockingSubject(BoxBackend(fault: $0))) }
    + ReportingBackend.Fault.allCases.map {
      BrokenCell($0.rawValue, subject: BlockingSubject(ReportingBackend(fault: $0)))
    }
    + AbilityReportingBackend.Fault.allCases.map {
      BrokenCell($0.rawValue, subject: BlockingSubject(AbilityReportingBackend(fault: $0)))
    }
    + [
      BrokenCell("parks-threads", subject: SuspendingSubject(ParkingBackend())),
      BrokenCell("declares-missing-capability", subject: BlockingSubject(LyingBackend())),
      BrokenCell(
        "canary-is-sound", subject: BlockingSubject(LockBackend()), canary: BlockingSubject(LockBackend())),
      BrokenCell(
        "canary-is-sound", subject: SuspendingSubject(ActorBackend()), canary: SuspendingSubject(ActorBackend())),
    ]

  private static let onlySuspending = Set<Defect>([
    .cancelIgnored, .cancelKillsFlight, .leaderRunsFactory, .pathKnowsOwnCellOnly, .leaksAfterCancel,
    .gateKeepsPlaceAfterCancel, .gateCancelIgnored, .gateCancelledStaysQueued,
  ]).union(waiting)
  /// Of cells whose callers do not run the factory themselves, so that a caller can leave before the factory does.
  private static let waiting: [Defect] = [
    .waitDeadlineIgnored, .waitDeadlineKillsFlight, .negativeWait, .hopelessWaitsWait, .hopelessStartsNothing,
    .hopelessWithoutHint, .hopefulRefused, .initDeadlineIgnored, .initDeadlineReachesLeaderOnly,
    .initDeadlinePublishesLate, .abandonedRunsOn, .abandonedTooSoon, .abandonsByDefault, .closeDoesNotCancel,
    .abandonedDisposed,
  ]
  private static let onActor: [Defect] =
    [
      .cancelIgnored, .cancelKillsFlight, .leaderRunsFactory, .neverCaches, .noRecheck, .checkThenAct, .notifyOne,
      .cachesFailure, .throwsRaw, .seedUnguarded, .seedDuringInit, .seedOverwrites, .neverDisposes, .disposeBeforeFlip,
      .loudCloseSilent, .closeReturnsEarly, .keepsReference, .closeStrandsWaiters, .lateProductPublished,
      .lateProductLost,
      .secondFactory, .closeLeavesLateProduct, .disposeIgnoresLeases, .pathKnowsOwnCellOnly, .crosswiseWaits,
      .leaksAfterCancel, .leaksAfterThrow, .gateKeepsPlaceAfterCancel, .gateCancelIgnored, .gateCancelledStaysQueued,
      .gateIgnored, .gateLifo, .gateDeadlineIgnored, .shutdownNotFinal, .disposeErrorForgotten, .snapshotHidesShutdown,
      .thirdPayload, .failedClosedWakesOne, .racySeed, .circleBehindClosed, .crosswiseBehindClosed,
      .swapUnguarded, .swapGuardOnlyOne, .swapGuardAnyValue, .swapGuardInverted, .swapGuardTakesSeed,
      .swapGuardAtCreation, .swapGuardSilent, .refusedSwapInitializes, .refusedSwapBuilds, .refusedSwapCloses,
      .peekStaleAfterSwap, .leaseStaleAfterSwap, .disposeErrorAsFlag,
    ] + meeting + waiting
  /// What shows where two calls meet.
  private static let meeting: [Defect] = [
    .racySwap, .racySwapPublish, .racyEmptyClose, .seedStoredAgain, .seedNumberEarly, .swapGap, .swapDisposesFirst,
    .swapIgnoresOpenClose, .swapNumberEarly, .lateOverwritesSeed, .closeSharesDrain,
  ]

  /// The rules that must fail this cell, each for one of its reasons.
  package var killers: [(rule: Rule, reasons: [Reason])] {
    RuleCatalogue.all.flatMap { rule -> [(rule: Rule, reasons: [Reason])] in
      guard rule.face == nil || rule.face == subject.face, rule.needs.isSubset(of: subject.manifest.capabilities) else {
        return []
      }
      return rule.kills.filter { $0.defect == defect }.map { (rule, $0.reasons) }
    }
  }

  /// Plays one rule against the cell.
  package func play(_ rule: Rule, patience: HangPolicy = .short, seed: UInt64? = nil) async -> RuleResult {
    var options = RunOptions(patience: patience, seed: seed)
    if let canary { options.canary = canary }
    return await RulePlayer(subject, options: options).play(rule)
  }
}
