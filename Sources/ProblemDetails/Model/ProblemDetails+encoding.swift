extension ProblemDetails {
  /// The problem as JSON: members sorted, absent ones left out, no nulls, no shadowing (RFC 9457 section 3).
  ///
  /// - Throws: `statusOutOfRange`, `invalidURIReference`, `invalidExtensionName`, `shadowedMember`, `nullValue`,
  ///   `nonFiniteNumber` or `tooDeep`; the error names the member.
  public func encoded() throws(ProblemDetailsError) -> [UInt8] {
    var writer = JSONWriter()
    writer.write(.object(try members()))
    return writer.bytes
  }

  /// ``encoded()`` as text.
  public func jsonString() throws(ProblemDetailsError) -> String { String(decoding: try encoded(), as: UTF8.self) }

  /// All members as one value, checked as ``encoded()`` does: for a problem inside a larger document.
  public func value() throws(ProblemDetailsError) -> ProblemValue { .object(try members()) }

  func members() throws(ProblemDetailsError) -> [String: ProblemValue] {
    try validate()
    var members = extensions
    members["type"] = .string(type)
    members["title"] = title.map(ProblemValue.string)
    members["status"] = status.map { .integer(Int64($0)) }
    members["detail"] = detail.map(ProblemValue.string)
    members["instance"] = instance.map(ProblemValue.string)
    return members
  }

  /// Checks everything the strict encoder promises.
  ///
  /// - Throws: the first violation, in member order.
  public func validate() throws(ProblemDetailsError) {
    for (name, reference) in [("instance", instance), ("type", type)] {
      if let reference, !URIReference.isValid(reference) {
        throw ProblemDetailsError(
          .invalidURIReference, "\"\(name)\" is no URI reference (RFC 3986): \"\(reference)\"", member: name)
      }
    }
    if let status, !(100...599).contains(status) {
      throw ProblemDetailsError(
        .statusOutOfRange, "the status \(status) is no HTTP status code; 100-599 is", member: "status")
    }
    for (name, value) in extensions.sorted(by: { $0.key < $1.key }) {
      try ExtensionName.validate(name)
      try Self.validate(value, at: name, depth: 1)
    }
  }

  private static func validate(_ value: ProblemValue, at path: String, depth: Int) throws(ProblemDetailsError) {
    guard depth < JSONReader.maximumDepth else {
      throw ProblemDetailsError(.tooDeep, "\"\(path)\" nests too deep to be read back", member: path)
    }
    switch value {
    case .null:
      throw ProblemDetailsError(.nullValue, "\"\(path)\" is null; leave an absent member out", member: path)
    case .number(let number) where !number.isFinite:
      throw ProblemDetailsError(.nonFiniteNumber, "\"\(path)\" is \(number), which JSON cannot say", member: path)
    case .array(let elements):
      for (index, element) in elements.enumerated() {
        try validate(element, at: "\(path).\(index)", depth: depth + 1)
      }
    case .object(let members):
      for (name, member) in members.sorted(by: { $0.key < $1.key }) {
        try validate(member, at: "\(path).\(name)", depth: depth + 1)
      }
    default: break
    }
  }
}
