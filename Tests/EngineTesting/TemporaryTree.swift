package import Foundation

/// A folder of source files and an index folder beside it, removed at the end of the test.
package final class TemporaryTree: Sendable {
  package let root: URL
  package var source: String { root.appending(path: "source").path }
  package var index: String { root.appending(path: "index").path }

  package init(_ files: [String: String] = TemporaryTree.sample) throws {
    root = FileManager.default.temporaryDirectory.appending(path: "runtime-cells-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: root.appending(path: "source"), withIntermediateDirectories: true)
    for (path, text) in files { try write(text, to: path) }
  }

  package func write(_ text: String, to path: String) throws {
    let file = root.appending(path: "source").appending(path: path)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  deinit { try? FileManager.default.removeItem(at: root) }

  package static let sample = [
    "Sources/Garden.swift": """
    /// Waters the plants of a garden.
    struct Garden {
      /// Opens the valve and waits until the soil is wet.
      func waterPlants() { openValve() }

      private func openValve() {}
    }
    """,
    "Sources/Kitchen.swift": """
    /// Cooks soup.
    final class Kitchen {
      func boilWater(degrees: Int) -> Bool { degrees >= 100 }
    }
    """,
    "tools/count_words.py": """
    def count_words(text):
        \"\"\"Number of words in a text.\"\"\"
        return len(text.split())
    """,
  ]
}
