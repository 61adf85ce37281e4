public import Retrieval

extension ApplicationContext {
  /// The names of all channels of this program, in the order in which explanations list them.
  public static let channelNames = ChannelRow.all.map(\.name)

  /// The channels that `codeintel index` builds under the settings.
  public var builtChannels: [String] { ChannelRow.built(settings).map(\.name) }

  /// The parts of an evaluation for these channels; keywords have none.
  ///
  /// - Throws: ``CellError`` around what loading a model threw; `CancellationError`.
  public func evaluationParts(_ names: [String]) async throws -> [CollectionIndex.Part] {
    var parts: [CollectionIndex.Part] = []
    for row in ChannelRow.all where names.contains(row.name) {
      if let make = row.evaluation { parts.append(try await make(self)) }
    }
    return parts
  }
}
