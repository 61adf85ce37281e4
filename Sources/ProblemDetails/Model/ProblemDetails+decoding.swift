extension ProblemDetails {
  /// Reads a problem as RFC 9457 section 3 asks of consumers.
  ///
  /// A member of the wrong JSON type counts as absent (section 3.1), unknown members are kept as extensions
  /// (section 3.2), an absent `type` is `about:blank`.
  ///
  /// - Throws: `malformedJSON`, `duplicateMember`, `tooDeep` or `notAnObject`.
  public init(
    decoding bytes: some Sequence<UInt8>, duplicates: DuplicateMembers = .reject
  ) throws(ProblemDetailsError) {
    guard let members = try ProblemValue(json: bytes, duplicates: duplicates).objectValue else {
      throw ProblemDetailsError(.notAnObject, "a problem is a JSON object; the document is something else", offset: 0)
    }
    self.init(members: members)
  }

  /// Reads a problem from the members of an object, as ``init(decoding:duplicates:)`` does.
  public init(members: [String: ProblemValue]) {
    self.init(
      type: members["type"]?.stringValue ?? Self.aboutBlank,
      title: members["title"]?.stringValue,
      status: members["status"]?.integerValue.flatMap { (100...599).contains($0) ? Int($0) : nil },
      detail: members["detail"]?.stringValue,
      instance: members["instance"]?.stringValue,
      extensions: members.filter { !Self.reservedMembers.contains($0.key) })
  }
}

extension ProblemDetails: Codable {
  /// Reads a problem with the same tolerance; a `Decoder` hides duplicate members.
  public init(from decoder: any Decoder) throws {
    self.init(members: try decoder.singleValueContainer().decode([String: ProblemValue].self))
  }

  /// Writes the problem with the checks of ``encoded()``; whether members are sorted is the encoder's choice.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(members())
  }
}
