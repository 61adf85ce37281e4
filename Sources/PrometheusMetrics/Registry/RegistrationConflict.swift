/// A handle that was asked for and could not be had. It works as a handle that keeps nothing, and is counted in
/// `metrics_registry_dropped_handles_total`.
public struct RegistrationConflict: Sendable, Hashable, CustomStringConvertible {
  /// Why a handle was refused; the raw values are the label `reason`.
  public enum Reason: String, Sendable, Hashable, CaseIterable {
    /// The metric is of another kind.
    case kind
    /// The labels' names are not those of the metric's other series.
    case labels
    /// A label's name is reserved, illegal beyond repair, or equals another one after both were made legal.
    case labelName = "label_name"
    /// A different name became the same when made legal, or the name is one of another metric's sample names.
    case nameCollision = "name_collision"
    /// Nothing legal can be made of the name.
    case invalidName = "invalid_name"
    /// The metric has as many series as it may have.
    case seriesLimit = "series_limit"
    /// The registry has as many metrics as it may have.
    case familyLimit = "family_limit"
  }

  /// Why it was refused.
  public let reason: Reason
  /// The registered metric that it ran into; empty where there is none.
  public let metric: String
  /// The label that the handle was made with.
  public let handleLabel: String
  /// What happened and what to do, for a log.
  public let message: String

  /// The message.
  public var description: String { message }
}
