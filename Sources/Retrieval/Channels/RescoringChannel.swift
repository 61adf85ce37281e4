public import Indexing

/// A channel that can also score what others found.
///
/// Asked together with others it scores the first candidates of their fusion, and its ranking of those is fused in turn;
/// asked alone, or when the others found nothing, it searches the whole index.
public protocol RescoringChannel: RetrievalChannel {
  /// Scores these rows alone, best first. Rows that it cannot score are left out and counted in the limits; those that the
  /// query does not select are left out silently.
  ///
  /// - Throws: As `search(_:limit:)`.
  func rescore(_ query: ChannelQuery, rows: [Int64]) async throws -> ChannelAnswer

  /// Which parts of the question matched which parts of each chunk, by row.
  ///
  /// - Throws: As `search(_:limit:)`.
  func matches(_ query: ChannelQuery, in chunks: [Chunk]) async throws -> [Int64: [TokenMatch]]
}
