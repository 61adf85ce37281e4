/// One way of finding chunks for a question.
///
/// A channel borrows its index for each search from whoever holds it (a runtime cell in the engine, anything in a
/// test). It reports what it cut off in ``ChannelAnswer/limits`` and throws only when it has no answer at all.
public protocol RetrievalChannel: Sendable {
  /// The name in settings, explanations, stages and metrics: `faiss`, `bm25` and so on.
  var name: String { get }

  /// The best `limit` rows, best first, each row once, every score finite.
  ///
  /// Where the query selects rows, these are the best of the selected ones: others are left out before the limit counts,
  /// so that a narrow selection still fills it. Scores are what they are without a selection.
  ///
  /// - Throws: Why there is no answer; `CancellationError` when the caller was cancelled.
  func search(_ query: ChannelQuery, limit: Int) async throws -> ChannelAnswer
}
