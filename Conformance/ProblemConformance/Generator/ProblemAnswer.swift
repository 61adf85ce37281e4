/// One HTTP answer, as it came over the wire: what the suite looks at, whichever library fetched it.
public struct ProblemAnswer: Sendable, Hashable {
  /// The request's method, in capitals.
  public var method: String
  /// The request's target: a path with its query, or a whole URL.
  public var target: String
  /// The status code of the answer.
  public var status: Int
  /// The header fields, in their order; names in any case.
  public var headers: [Header]
  /// The body.
  public var body: [UInt8]

  /// One header field.
  public struct Header: Sendable, Hashable {
    /// The name, in any case.
    public var name: String
    /// The value.
    public var value: String

    /// A field.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// An answer.
  public init(method: String = "GET", target: String, status: Int, headers: [Header], body: [UInt8]) {
    self.method = method
    self.target = target
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// The value of a field, those of repeated ones joined by commas; nil when it is not there.
  public subscript(name: String) -> String? {
    let wanted = name.lowercased()
    let values = headers.filter { $0.name.lowercased() == wanted }.map(\.value)
    return values.isEmpty ? nil : values.joined(separator: ", ")
  }

  /// For messages.
  var name: String { "\(method) \(target.count > 80 ? target.prefix(80) + "…" : target) \(status)" }
}
