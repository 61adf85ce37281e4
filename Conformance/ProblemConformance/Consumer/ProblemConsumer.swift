/// A program that reads problems, as the suite drives it.
public protocol ProblemConsumer: Sendable {
  /// Reads the answer to a request.
  ///
  /// - Returns: what the program made of it; nil when it took it for no problem at all.
  func read(_ answer: ProblemAnswer) async throws -> ProblemReading?

  /// How many addresses the program has asked for since it was made, its own requests aside. Zero where that cannot be known.
  var fetches: Int { get async }
}

extension ProblemConsumer {
  /// Zero: not known.
  public var fetches: Int { get async { 0 } }
}

/// What a program made of a problem.
public struct ProblemReading: Sendable, Hashable {
  /// What it takes the problem for: the type, resolved against the address the answer came from.
  public var identity: String
  /// The status that it acts on.
  public var status: Int
  /// The title that it would show.
  public var title: String?
  /// The detail that it would show.
  public var detail: String?
  /// The occurrence that it would name.
  public var instance: String?

  /// A reading.
  public init(identity: String, status: Int, title: String? = nil, detail: String? = nil, instance: String? = nil) {
    self.identity = identity
    self.status = status
    self.title = title
    self.detail = detail
    self.instance = instance
  }
}
