import CellContract
import Testing

@Suite struct CellSnapshotTests {
  @Test func `generations are ordered by age and print as numbers`() {
    #expect(CellGeneration(1) < CellGeneration(2))
    #expect("\(CellGeneration(17))" == "17")
  }

  @Test func `states have the three names of the original design`() {
    #expect(CellInitState.allCases.map(\.rawValue) == ["empty", "initializing", "ready"])
  }

  @Test func `init time is reported in milliseconds`() {
    var snapshot = CellSnapshot(name: "a")
    #expect(snapshot.lastInitMilliseconds == nil)
    snapshot.lastInitDuration = .microseconds(1500)
    #expect(snapshot.lastInitMilliseconds == 1.5)
  }
}
