/// How long one stage of a search took and how many candidates it passed on.
public struct StageTiming: Sendable, Hashable, Codable {
  /// The stage, e.g. `embed`, `bm25`, `fusion`, `hydration`.
  public var name: String
  /// Milliseconds of wall-clock time. Channels run at the same time, so stages can add up to more than the whole.
  public var durationMilliseconds: Double
  /// Rows the stage handed on; texts for `embed`.
  public var candidates: Int

  /// A timing.
  public init(name: String, durationMilliseconds: Double, candidates: Int) {
    self.name = name
    self.durationMilliseconds = durationMilliseconds
    self.candidates = candidates
  }

  private enum CodingKeys: String, CodingKey {
    case name
    case durationMilliseconds = "duration_ms"
    case candidates
  }
}
