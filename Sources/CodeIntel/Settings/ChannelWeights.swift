/// Weights of channels as people write them: `faiss=1,bm25=0.4`, or with colons as in a URL.
public enum ChannelWeights {
  /// Why a text is no list of weights.
  public struct Malformed: Error, Sendable, CustomStringConvertible {
    /// What is wrong and what would be right.
    public let description: String
  }

  /// The weights in `parts`, one channel each.
  ///
  /// - Parameter channels: the names that are accepted.
  /// - Throws: ``Malformed`` for a part without a number of 0 or more, a channel that does not exist, or one named twice.
  public static func parse(
    _ parts: [String], channels: [String]
  ) throws(Malformed) -> [String: Double] {
    var weights: [String: Double] = [:]
    for part in parts {
      let sides = part.split(maxSplits: 1, whereSeparator: { $0 == "=" || $0 == ":" })
        .map { side in String(side.filter { $0 != " " }) }
      guard sides.count == 2, let weight = Double(sides[1]), weight.isFinite, weight >= 0 else {
        throw Malformed(description: "weights look like faiss=1,bm25=0.4 and are 0 or more; '\(part)' does not.")
      }
      guard channels.contains(sides[0]) else {
        throw Malformed(
          description: "there is no channel '\(sides[0])' to weigh: \(channels.joined(separator: ", ")) are accepted.")
      }
      guard weights.updateValue(weight, forKey: sides[0]) == nil else {
        throw Malformed(description: "the channel '\(sides[0])' is weighed twice.")
      }
    }
    return weights
  }
}
