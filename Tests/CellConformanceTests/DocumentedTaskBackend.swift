import CellConformance
import CellConformanceTesting
import Foundation
import RuntimeCells
import Testing

// The code between the marks is what docs/writing-a-backend.md shows; a test compares the two.

// begin: suspending
struct MyTaskBackend: SuspendingSeeding {
  let manifest = BackendManifest(name: "acme.task-cell", version: "1.0", capabilities: [.seeding])

  func makeCell(named name: String, in world: CellWorld) throws -> RuntimeCell<Probe> {
    let configuration = CellConfiguration(
      environment: CellEnvironment { world.environment($0) }, clock: CellClock(world.clock))
    return RuntimeCell(name: name, configuration: configuration, disposer: .async { try await $0.closeSuspending() })
  }

  func peek(_ cell: RuntimeCell<Probe>) async -> Probe? { cell.peek() }

  func getOrInitialize(_ cell: RuntimeCell<Probe>, _ factory: ProbeFactory) async throws -> Probe {
    let lease = try await cell.getOrInitialize { try await factory.make() }
    return lease.value
  }

  func close(_ cell: RuntimeCell<Probe>, silent: Bool) async throws {
    try await cell.close(deadline: nil, silent: silent)
  }

  func seed(_ cell: RuntimeCell<Probe>, _ payload: Probe) async throws { try cell.seed(payload) }
}
// end: suspending

@Suite(.serialized) struct MyTaskCellConformance {
  static let kit = CellConformanceKit(MyTaskBackend())

  @Test(arguments: kit.cases) func conforms(_ rule: RuleCase) async throws { try await Self.kit.check(rule) }
}

struct DocumentedTaskBackendTests {
  private func page() throws -> String {
    try String(contentsOf: Repository.root.appending(path: "docs/writing-a-backend.md"), encoding: .utf8)
  }

  @Test func `the page shows this file's adapter`() throws {
    let code = try String(contentsOf: URL(filePath: #filePath), encoding: .utf8)
    let begin = try #require(code.firstRange(of: "// begin: suspending\n"))
    let end = try #require(code.firstRange(of: "// end: suspending\n"))
    #expect(try page().contains(code[begin.upperBound..<end.lowerBound]))
  }

  @Test func `the page shows the signatures of every protocol`() throws {
    let page = try page()
    let folder = Repository.root.appending(path: "Conformance/CellConformance/Backends")
    var found = 0
    for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
      for part in try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\npublic protocol ")
        .dropFirst()
      {
        let lines = part.prefix(upTo: part.firstRange(of: "\n}\n")?.lowerBound ?? part.endIndex).split(separator: "\n")
        #expect(page.contains("`\(lines[0].prefix { $0 != ":" })`"))
        let code = lines.dropFirst().filter { !$0.contains("///") }.joined(separator: " ")
        for requirement in code.components(separatedBy: "  func ").dropFirst() {
          let words = requirement.split(separator: " ").filter { $0 != "async" }.joined(separator: " ")
          let signature = "func " + words.replacing("( ", with: "(").replacing(" )", with: ")")
          #expect(page.contains("`\(signature)`"))
          found += 1
        }
      }
    }
    #expect(found > 40)
  }
}
