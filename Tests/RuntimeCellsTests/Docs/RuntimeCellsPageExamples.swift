import CellContract
import RuntimeCells

/// The code of docs/runtime-cells.md, compiled and run. ``RuntimeCellsPageTests`` compares the two.
enum RuntimeCellsPageExamples {
  final class Index: Closeable {
    let count: Int
    init(reading path: String) throws { count = path.count }
    func best(for query: String) -> String { "\(query) in \(count)" }
    func close() throws {}
  }

  static func firstSteps(path: String, query: String) async throws -> [String] {
    // begin: first steps
    let index = RuntimeCell<Index>(name: "index") { try Index(reading: path) }

    let best = try await index.withValue { $0.best(for: query) }
    let size = index.withValueIfReady { $0.count } ?? 0
    let lease = try await index.lease()
    let again = lease.withValue { $0.best(for: query) }
    lease.release()
    try await index.close()
    // end
    return [best, again, "\(size)"]
  }
}
