import Lifespan
import Testing

/// Which cells a start makes ready: the list joined with the toggles (seed feature S31).
@Suite struct PreloadPlanTests {
  private static let known: Set<String> = ["faiss", "xtr", "vllm", "hybrid"]

  private func names(_ list: [String], _ toggles: [String: Bool]) throws -> [String] {
    try PreloadPlan(list: list, toggles: toggles, known: Self.known).items.map(\.name)
  }

  @Test(
    arguments: [
      ([], [:], []),
      (["vllm", "hybrid"], [:], ["vllm", "hybrid"]),
      (["vllm"], ["faiss": true], ["vllm", "faiss"]),
      (["vllm", "faiss"], ["faiss": false], ["vllm"]),
      ([], ["xtr": true, "faiss": true, "vllm": false], ["faiss", "xtr"]),
      (["vllm", "vllm"], ["vllm": true], ["vllm"]),
    ] as [([String], [String: Bool], [String])])
  func `toggles add to the list and take out of it`(list: [String], toggles: [String: Bool], wanted: [String]) throws {
    #expect(try names(list, toggles) == wanted)
  }

  @Test func `every unknown name is told at once, wherever it stands`() {
    let error = #expect(throws: LifespanError.self) {
      try PreloadPlan(list: ["fais", "vllm"], toggles: ["gpu": true], optional: ["xtrr"], known: Self.known)
    }
    #expect(error?.code == .preloadSettings)
    #expect(error?.cells == ["fais", "gpu", "xtrr"])
    #expect(error?.message.contains("faiss, hybrid, vllm, xtr") == true)
  }

  @Test func `optional cells are planned and not required`() throws {
    let plan = try PreloadPlan(
      list: ["vllm", "faiss"], optional: ["vllm"], deadline: .seconds(7), deadlines: ["faiss": .seconds(3)],
      known: Self.known)
    #expect(plan.required == ["faiss"])
    #expect(plan.items.map(\.deadline) == [.seconds(7), .seconds(3)])
  }

  @Test func `at least one cell is made at a time`() {
    #expect(PreloadPlan(maxConcurrency: 0).maxConcurrency == 1)
  }
}
