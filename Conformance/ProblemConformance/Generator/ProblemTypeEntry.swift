/// What is published about one type of problem (RFC 9457 section 4).
public struct ProblemTypeEntry: Sendable, Hashable {
  /// The URI, as the member `type` has it.
  public var uri: String
  /// The title of every occurrence.
  public var title: String
  /// The status of every occurrence.
  public var status: Int

  /// An entry.
  public init(uri: String, title: String, status: Int) {
    self.uri = uri
    self.title = title
    self.status = status
  }
}
