import RuntimeCells

/// How many chunks a model reads only the beginning of.
struct TruncationCount: Sendable {
  /// Nil once the model did not tell: only a server knows.
  private(set) var chunks: Int? = 0

  /// Adds the texts of a batch, reused ones too. Counting tokens is work, so it runs on `threads`.
  mutating func add(
    _ texts: [String], on threads: DedicatedThreads, exceedsLimit: @escaping @Sendable (String) -> Bool?
  ) async throws {
    guard let before = chunks else { return }
    chunks = try await threads.run { () -> Int? in
      var count = before
      for text in texts {
        guard let isLong = exceedsLimit(text) else { return nil }
        if isLong { count += 1 }
      }
      return count
    }
  }

  /// The value of the manifest's setting `truncated`.
  var setting: String { chunks.map { String($0) } ?? "unknown" }
}
