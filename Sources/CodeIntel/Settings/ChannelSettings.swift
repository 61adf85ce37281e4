/// Which channels `codeintel index` builds and where their models are.
public struct ChannelSettings: Sendable, Equatable {
  /// The channels to build besides those that every index has; nil builds those that are worth it with what is installed.
  public var built: [String]?
  /// The folder of the second dense space's model; nil uses the first one's.
  public var codeRankModelFolder: String?
  /// The folder of the learned sparse model.
  public var spladeModelFolder: String

  /// Settings of one's own.
  public init(spladeModelFolder: String, built: [String]? = nil, codeRankModelFolder: String? = nil) {
    self.built = built
    self.codeRankModelFolder = codeRankModelFolder
    self.spladeModelFolder = spladeModelFolder
  }
}
