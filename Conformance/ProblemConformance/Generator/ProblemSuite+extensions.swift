import ProblemDetails

extension ProblemSuite {
  /// R8: names and nulls.
  func checkExtensions(_ members: [String: ProblemValue], _ notes: inout Notes) {
    for (name, value) in members.sorted(by: { $0.key < $1.key }) {
      if value == .null { notes.add(.extensions, "\"\(name)\" is null; leave an absent member out") }
      guard !ProblemDetails.reservedMembers.contains(name), !ExtensionName.isValid(name) else { continue }
      notes.add(.extensions, "\"\(name)\" is no name of an extension")
    }
  }

  /// R9: several problems in one document.
  func checkSeveral(_ members: [String: ProblemValue], _ notes: inout Notes) {
    if let errors = members["errors"] {
      guard let elements = errors.arrayValue, !elements.isEmpty else {
        return notes.add(.several, "\"errors\" is no list of at least one problem")
      }
      for (place, element) in elements.enumerated() {
        guard let error = element.objectValue else {
          notes.add(.several, "errors[\(place)] is no object")
          continue
        }
        if error["detail"]?.stringValue == nil { notes.add(.several, "errors[\(place)] has no detail") }
        if let pointer = error["pointer"], !Self.isPointer(pointer.stringValue) {
          notes.add(.several, "the pointer of errors[\(place)] is no JSON Pointer fragment (RFC 6901 section 6)")
        }
      }
    }
    for (name, value) in members {
      let types = Set((value.arrayValue ?? []).compactMap { $0.objectValue?["type"]?.stringValue })
      if types.count > 1 || (types.first.map { $0 != members["type"]?.stringValue } ?? false) {
        notes.add(.several, "\"\(name)\" puts problems of other types together; tell the most urgent one")
      }
    }
  }

  /// `#`, or `#/` and reference tokens in which every tilde is followed by 0 or 1.
  private static func isPointer(_ text: String?) -> Bool {
    guard let text, (try? ProblemDetails(instance: text).validate()) != nil else { return false }
    guard text != "#" else { return true }
    guard text.hasPrefix("#/") else { return false }
    return text.split(separator: "~", omittingEmptySubsequences: false).dropFirst().allSatisfy {
      $0.hasPrefix("0") || $0.hasPrefix("1")
    }
  }
}
