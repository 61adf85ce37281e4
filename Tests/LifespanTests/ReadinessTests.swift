import CellContract
import Lifespan
import Synchronization
import Testing

/// When a process says that it is ready (design decision D18).
@Suite struct ReadinessTests {
  private func readiness(_ snapshots: CellSnapshot..., required: Set<String> = ["a"]) -> Readiness {
    let readiness = Readiness(required: required, snapshots: { snapshots })
    readiness.enter(.ready)
    return readiness
  }

  private func snapshot(_ state: CellInitState, _ detail: CellDetail, error: String? = nil) -> CellSnapshot {
    var snapshot = CellSnapshot(name: "a", initState: state, detail: detail)
    if state == .ready { snapshot.generation = CellGeneration(1) }
    snapshot.lastError = error
    return snapshot
  }

  @Test(arguments: LifespanPhase.allCases)
  func `only the phase ready is ready`(phase: LifespanPhase) {
    let readiness = Readiness(snapshots: { [] })
    readiness.enter(phase)
    #expect(readiness.isReady() == (phase == .ready))
    #expect(readiness.report().reasons.isEmpty == (phase == .ready))
  }

  @Test func `phases never go back`() {
    let readiness = Readiness(snapshots: { [] })
    #expect(readiness.enter(.draining))
    #expect(!readiness.enter(.ready))
    #expect(readiness.phase == .draining)
  }

  @Test(
    arguments: [
      (CellInitState.empty, CellDetail.idle, nil, true, CellStatus.Check.cold),
      (.empty, .coolingDown, "boom", false, .error),
      (.empty, .failed, "boom", false, .error),
      (.empty, .shutDown, nil, false, .error),
      (.empty, .idle, "boom", false, .error),
      (.empty, .draining, nil, true, .cold),
      (.initializing, .building, nil, true, .warming),
      (.initializing, .building, "boom", false, .error),
      (.ready, .serving, nil, true, .ok),
      (.ready, .swapping, nil, true, .ok),
      (.ready, .probation, nil, true, .ok),
    ] as [(CellInitState, CellDetail, String?, Bool, CellStatus.Check)])
  func `a required cell blocks when it is broken, not when it is cold`(
    state: CellInitState, detail: CellDetail, error: String?, isReady: Bool, check: CellStatus.Check
  ) {
    let report = readiness(snapshot(state, detail, error: error)).report()
    #expect(report.isReady == isReady)
    #expect(report.cells.first?.check == check)
    #expect(readiness(snapshot(state, detail, error: error), required: []).isReady())
  }

  @Test func `limits degrade a cell and do not block`() {
    var cell = snapshot(.ready, .serving)
    cell.limits = ["computed on the CPU"]
    let readiness = readiness(cell)
    readiness.setLimits(["generation 8 available, swap not allowed"], from: "index")
    let report = readiness.report()
    #expect(report.isReady)
    #expect(report.cells.first?.check == .degraded)
    #expect(report.limits == ["generation 8 available, swap not allowed"])
    readiness.setLimits([], from: "index")
    #expect(readiness.report().limits.isEmpty)
  }

  @Test func `what a preload said of a cell is over when the cell is ready`() {
    let cell = Mutex(snapshot(.empty, .coolingDown, error: "no index"))
    let readiness = Readiness(snapshots: { [cell.withLock { $0 }] })
    readiness.enter(.ready)
    readiness.setLimits(["a: preload failed: No index"], from: "channel", of: "a")
    readiness.setLimits(["generation 8 available, swap not allowed"], from: "index")
    #expect(readiness.report().limits == ["a: preload failed: No index", "generation 8 available, swap not allowed"])
    cell.withLock { $0 = snapshot(.ready, .serving) }
    #expect(readiness.report().limits == ["generation 8 available, swap not allowed"])
  }

  @Test func `a cell can be left out of the decision, an unknown name is told`() {
    let readiness = readiness(snapshot(.empty, .failed, error: "boom"))
    #expect(!readiness.isReady())
    let report = readiness.report(excluding: ["a", "gpu"])
    #expect(report.isReady)
    #expect(report.excluded == ["a"])
    #expect(report.unknownExcluded == ["gpu"])
    #expect(report.text.contains("warn: no checks are named gpu"))
  }

  @Test func `a disabled cell is shown with its reason and never blocks, required or not`() {
    let readiness = Readiness(required: ["xtr"], disabled: [("xtr", "not built yet")], snapshots: { [] })
    readiness.enter(.ready)
    let row = readiness.report().cells.first
    #expect(readiness.isReady())
    #expect(row?.check == .disabled)
    #expect(row?.detail == "disabled")
    #expect(row?.limits == ["not built yet"])
  }

  @Test func `the text says what is wrong, or withholds the reason`() {
    let report = readiness(snapshot(.empty, .failed, error: "no file /secret/model")).report()
    #expect(report.text.contains("[-]a failed: no file /secret/model"))
    #expect(report.text.hasSuffix("readyz check failed\n"))
    let withheld = report.withoutReasons()
    #expect(withheld.text.contains("[-]a failed: reason withheld"))
    #expect(!withheld.text.contains("secret"))
    #expect(readiness(snapshot(.ready, .serving)).report().text.hasSuffix("[+]a ok\nreadyz check passed\n"))
  }

  @Test func `the reason of a failed start stays in the report while the process ends`() {
    let readiness = Readiness(snapshots: { [] })
    readiness.fail("vllm could not be loaded")
    readiness.enter(.draining)
    #expect(readiness.report().reasons == ["vllm could not be loaded", "the service is about to stop"])
  }

  @Test func `whoever waits for a phase is woken by it or by a later one`() async throws {
    let readiness = Readiness(snapshots: { [] })
    async let ready: Void = readiness.reached(.ready)
    async let draining: Void = readiness.reached(.draining)
    readiness.enter(.draining)
    try await ready
    try await draining
    try await readiness.reached(.preloading)
  }

  @Test func `a cancelled wait ends`() async {
    let readiness = Readiness(snapshots: { [] })
    let task = Task { try await readiness.reached(.ready) }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
