/// All rules. This list is the one source of the suites, the specification pages, `explain` and the reports.
public enum RuleCatalogue {
  /// Every rule, by family and number.
  public static let all: [Rule] = [
    harness, peek, getting, failing, policies, circles, seeding, closing, closingDuringInit, payloads, swapping,
    swapGuard,
    probation, preloading, events, extendedEvents, problems, races, progress, threads, leases, leaseEndings, gate,
    queue,
    registry, shutdown, deadlines, abandoning, forcedCloses, readyReads, sweeps, snapshots, leftovers, chains, slots,
    swapSlots, figures, swapRaces, meetings,
  ].flatMap { $0 }.sorted { ($0.family, $0.number) < ($1.family, $1.number) }

  private static let byID = Dictionary(all.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })

  /// The rule with an id; nil when there is none.
  public static func rule(_ id: String) -> Rule? { byID[id] }

  /// What each family is about.
  public static let families: [Int: String] = [
    0: "Harness", 1: "peek", 2: "getOrInitialize", 3: "Seeding", 4: "Closing and disposal", 5: "Swapping",
    6: "Preloading", 7: "Events", 8: "Problem details", 9: "Races", 10: "Progress", 11: "Leases", 12: "Gate",
    13: "Registry and shutdown",
  ]
}
