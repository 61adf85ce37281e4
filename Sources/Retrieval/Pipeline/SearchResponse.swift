/// The answer to a ``SearchRequest``, in the shape `codeintel search --json` and `/search` give out.
public struct SearchResponse: Sendable, Hashable, Codable {
  /// The question that was searched, without white space at its ends.
  public var query: String
  /// The index generation every hit comes from.
  public var generation: Int
  /// The page of hits, best first.
  public var hits: [SearchHit]
  /// The stages in the order of the pipeline.
  public var stages: [StageTiming]
  /// What was cut off, left out or failed without stopping the search; empty when nothing was.
  public var limits: [String]

  /// A response; see the properties.
  public init(
    query: String, generation: Int, hits: [SearchHit], stages: [StageTiming], limits: [String]
  ) {
    self.query = query
    self.generation = generation
    self.hits = hits
    self.stages = stages
    self.limits = limits
  }
}
