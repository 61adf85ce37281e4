import HTTPTypes
import ProblemDetails
import Retrieval

/// A search as a client asks for it.
struct SearchParameters: Sendable {
  static let known =
    "query (or q), limit, offset, explain, channels, weights, k, fusion, paths, exclude_paths, languages, kinds, deadline"

  let request: SearchRequest
  /// Whether contributions and stages are in the answer.
  let explain: Bool
  let deadline: Duration

  /// What is accepted.
  struct Bounds: Sendable {
    /// How many hits the channels are asked for: the end of the last page lies within it.
    let window: Int
    let channels: Set<String>
    let defaultDeadline: Duration
    let maximumDeadline: Duration

    // Half of the window for each, so that one range is right whatever the other parameter is.
    var limitRange: ClosedRange<Int> { 1...max(1, window / 2) }
    var offsetRange: ClosedRange<Int> { 0...window / 2 }
    var defaultLimit: Int { min(10, limitRange.upperBound) }
    /// In milliseconds.
    var deadlineRange: ClosedRange<Int> { 1...max(1, Int(maximumDeadline / .milliseconds(1))) }
  }

  /// - Throws: ``ServerError`` with `malformedQuery` or `invalidParameters`.
  init(query: Substring, bounds: Bounds) throws(ServerError) {
    var reader = ParameterReader(query: try QueryString.parse(query))
    try self.init(&reader, bounds)
  }

  /// - Throws: ``ServerError`` with `malformedJSON` or `invalidParameters`.
  init(body: [UInt8], bounds: Bounds) throws(ServerError) {
    var reader = ParameterReader(body: try JSONBody.object(body))
    try self.init(&reader, bounds)
  }

  private init(_ reader: inout ParameterReader, _ bounds: Bounds) throws(ServerError) {
    let short = reader.text("q")
    let long = reader.text("query")
    if short != nil, long != nil { reader.fault("q", "is the same as query; send one of them") }
    let query = long ?? short
    if let query {
      if query.unicodeScalars.allSatisfy(Self.isBlank) {
        reader.fault("query", "is empty; ask with words, identifiers or code")
      }
      let length = query.unicodeScalars.count
      if length > SearchRequest.maximumCharacters {
        reader.fault("query", "has \(length) characters; \(SearchRequest.maximumCharacters) are accepted")
      }
    } else {
      reader.fault("query", "is missing, or no string")
    }
    let limit = reader.integer("limit", in: bounds.limitRange) ?? bounds.defaultLimit
    let offset = reader.integer("offset", in: bounds.offsetRange) ?? 0
    explain = reader.flag("explain") ?? true
    let channels = reader.names("channels")
    if let channels {
      let unknown = channels.filter { !bounds.channels.contains($0) }
      let accepted = bounds.channels.sorted().joined(separator: ", ")
      if channels.isEmpty || !unknown.isEmpty { reader.fault("channels", "must name one or more of \(accepted)") }
    }
    let constant = reader.number("k", in: ParameterReader.constantRange)
    let weights = reader.weights("weights", of: bounds.channels)
    let fusion = reader.choice("fusion", of: FusionMethod.self)
    let filter = reader.filter()
    deadline = reader.integer("deadline", in: bounds.deadlineRange).map { .milliseconds($0) } ?? bounds.defaultDeadline
    try reader.finish(known: Self.known)
    request = SearchRequest(
      query: query ?? "", limit: limit, offset: offset, channels: channels.map(Set.init), weights: weights,
      k: constant, fusion: fusion, filter: filter, matchesTokens: explain)
  }

  /// White space as Unicode and as the regular expressions of JSON Schema's implementations have it.
  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value)
  }
}
