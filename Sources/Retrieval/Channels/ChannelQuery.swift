/// What every channel is asked, whatever its index is.
public struct ChannelQuery: Sendable, Hashable {
  /// The question as the user wrote it, without white space at its ends.
  public var text: String

  /// A query.
  public init(text: String) { self.text = text }
}
