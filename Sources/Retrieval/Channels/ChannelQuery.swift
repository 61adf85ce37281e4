/// What every channel is asked, whatever its index is.
public struct ChannelQuery: Sendable, Hashable {
  /// The question as the user wrote it, without white space at its ends.
  public var text: String
  /// The rows that may be found; nil means every row.
  public var selection: RowSelection?

  /// A query.
  public init(text: String, selection: RowSelection? = nil) {
    self.text = text
    self.selection = selection
  }
}
