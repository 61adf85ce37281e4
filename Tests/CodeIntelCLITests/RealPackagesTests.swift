import Foundation
import Retrieval
import Testing

/// The question of the README, over the real sources of packages that this one resolves.
@Suite(.enabled(if: CodeIntelProcess.modelFolder != nil, "the embedding model is missing: run scripts/model"))
struct RealPackagesTests {
  /// The resolved packages lie two folders above the products of a build.
  private static let checkouts = CodeIntelProcess.binary.deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "checkouts")

  @Test func `graceful shutdown is found in the package that implements it`() async throws {
    let folder = try TemporaryFolder()
    let sources = ["swift-service-lifecycle", "swift-log"].map { Self.checkouts.appending(path: $0 + "/Sources").path }
    // Both source folders are called Sources; copies under the packages' names keep their paths apart.
    var roots: [String] = []
    for source in sources {
      let name = URL(filePath: source).deletingLastPathComponent().lastPathComponent
      let root = folder.path + "/" + name
      try FileManager.default.copyItem(atPath: source, toPath: root)
      roots.append(root)
    }
    let indexed = try await CodeIntelProcess.run(["index"] + roots + ["--index", folder.path + "/index"])
    #expect(indexed.status == 0, "\(indexed.errors)")
    let outcome = try await CodeIntelProcess.run(
      ["search", "where is graceful shutdown triggered", "--json", "--index", folder.path + "/index"])
    let response = try JSONDecoder().decode(SearchResponse.self, from: Data(outcome.output.utf8))
    let first = response.hits.prefix(3)
    #expect(first.count == 3)
    #expect(first.contains { $0.path.hasPrefix("swift-service-lifecycle/") })
    #expect(first.contains { $0.text.lowercased().contains("graceful") })
  }
}
