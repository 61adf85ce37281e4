import ProblemDetails

/// Takes typed parameters out of a query string or a JSON object, and collects every fault.
struct ParameterReader {
  /// Where the parameters come from: a query has only texts, and faults are told by name instead of by pointer.
  enum Source {
    case query
    case body
  }

  var values: [String: ProblemValue]
  let source: Source
  private var faults: [(name: String, detail: String)] = []

  init(query pairs: [(name: String, value: String)]) {
    source = .query
    values = [:]
    for (name, value) in pairs where values.updateValue(.string(value), forKey: name) != nil {
      faults.append((name, "appears more than once"))
    }
  }

  init(body: [String: ProblemValue]) {
    source = .body
    values = body
  }

  mutating func fault(_ name: String, _ detail: String) { faults.append((name, detail)) }

  mutating func text(_ name: String) -> String? {
    guard let value = values.removeValue(forKey: name) else { return nil }
    if let text = value.stringValue { return text }
    fault(name, "must be a string")
    return nil
  }

  mutating func integer(_ name: String, in range: ClosedRange<Int>) -> Int? {
    guard let value = values.removeValue(forKey: name) else { return nil }
    let number: Int64? =
      switch (source, value) {
      case (.query, .string(let text)): Int64(text)
      case (.body, .integer), (.body, .number): value.integerValue
      default: nil
      }
    guard let number, let whole = Int(exactly: number), range.contains(whole) else {
      fault(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
      return nil
    }
    return whole
  }

  mutating func flag(_ name: String) -> Bool? {
    guard let value = values.removeValue(forKey: name) else { return nil }
    switch (source, value) {
    case (.query, "true"): return true
    case (.query, "false"): return false
    case (.body, .bool(let flag)): return flag
    default:
      fault(name, source == .query ? "must be true or false" : "must be a boolean")
      return nil
    }
  }

  /// One of the names that a type has.
  mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ name: String, of type: Choice.Type
  ) -> Choice? {
    guard let value = values.removeValue(forKey: name) else { return nil }
    if let choice = value.stringValue.flatMap(Choice.init(rawValue:)) { return choice }
    fault(name, "must be one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
    return nil
  }

  /// A list of names: separated by commas in a query, an array of strings in a body.
  mutating func names(_ name: String) -> [String]? {
    guard let value = values.removeValue(forKey: name) else { return nil }
    switch (source, value) {
    case (.query, .string(let text)):
      return text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    case (.body, .array(let elements)):
      let names = elements.compactMap(\.stringValue)
      if names.count == elements.count { return names }
    default: break
    }
    fault(name, source == .query ? "must be names separated by commas" : "must be an array of strings")
    return nil
  }

  /// Ends the reading: what is left is not known.
  ///
  /// - Throws: ``ServerError`` with `invalidParameters`; `errors` names every fault (RFC 9457 section 3).
  func finish(known: String) throws(ServerError) {
    var faults = faults
    for name in values.keys.sorted() { faults.append((name, "is not known; known: \(known)")) }
    guard !faults.isEmpty else { return }
    let shown = faults.prefix(20).map { (Self.shortened($0.name), $0.detail) }
    let errors: [ProblemValue] = shown.map { name, detail in
      switch source {
      case .query: ["parameter": .string(name), "detail": .string("\(name) \(detail)")]
      case .body: ["pointer": .string(Self.pointer(name)), "detail": .string("\(name) \(detail)")]
      }
    }
    throw ServerError(
      .invalidParameters, shown.map { "\($0) \($1)" }.joined(separator: "; ") + ".",
      extensions: ["errors": .array(errors)])
  }

  private static func shortened(_ name: String) -> String { name.count > 64 ? name.prefix(64) + "…" : name }

  /// A JSON Pointer as a URI fragment (RFC 6901 section 6).
  private static func pointer(_ name: String) -> String {
    var result = "#/"
    for byte in name.utf8 {
      switch byte {
      case UInt8(ascii: "~"): result += "~0"
      case UInt8(ascii: "/"): result += "~1"
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let hex = String(byte, radix: 16, uppercase: true)
        result += "%" + (hex.count < 2 ? "0" : "") + hex
      }
    }
    return result
  }
}
