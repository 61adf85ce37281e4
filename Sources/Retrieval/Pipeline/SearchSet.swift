public import Indexing

/// What one search runs on: the channels and the chunk reader of one index generation.
///
/// A search takes the set once, so every hit, rank and text of a response belongs to the same generation.
public struct SearchSet: Sendable {
  /// Reads chunks by row, in any order; rows that do not exist are left out.
  public typealias ChunkReader = @Sendable (_ rows: [Int64]) async throws -> [Chunk]
  /// Finds the rows that a filter lets through.
  public typealias Selector = @Sendable (_ filter: SearchFilter) async throws -> RowSelection

  /// The generation's number.
  public var generation: Int
  /// The channels, in the order explanations list them.
  public var channels: [any RetrievalChannel]
  /// Reads the chunks of the same generation.
  public var chunks: ChunkReader
  /// Resolves filters over the same generation.
  public var select: Selector

  /// Channels that exist but not in this generation, with the reason; said to who asks for them by name.
  public var missing: [String: String]

  /// A set.
  public init(
    generation: Int, channels: [any RetrievalChannel], missing: [String: String] = [:],
    select: @escaping Selector, chunks: @escaping ChunkReader
  ) {
    self.generation = generation
    self.channels = channels
    self.missing = missing
    self.select = select
    self.chunks = chunks
  }
}
