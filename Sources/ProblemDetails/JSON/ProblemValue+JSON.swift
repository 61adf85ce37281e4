extension ProblemValue {
  /// Parses one JSON document (RFC 8259, UTF-8).
  ///
  /// - Parameters:
  ///   - json: the bytes of the document; bounding their number is the caller's part.
  ///   - duplicates: what an object with a repeated member name means.
  /// - Throws: `malformedJSON`, `duplicateMember` or `tooDeep`, each with the byte offset.
  public init(json: some Sequence<UInt8>, duplicates: DuplicateMembers = .reject) throws(ProblemDetailsError) {
    var reader = JSONReader(Array(json), duplicates: duplicates)
    self = try reader.document()
  }

  /// The value as compact JSON with sorted members. A number that is not finite is written as `null`.
  public var json: String {
    var writer = JSONWriter()
    writer.write(self)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}
