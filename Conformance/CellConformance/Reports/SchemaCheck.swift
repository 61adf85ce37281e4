package import ProblemDetails

/// Checks JSON against a JSON Schema, as far as this project's schemas go: `type`, `enum`, `const`, `required`, `properties`,
/// `additionalProperties`, `items`, `uniqueItems`, `minimum`, `minLength`, `pattern` and local `$ref`. A keyword that it does
/// not know is a fault of the schema, so that none is skipped in silence.
package struct SchemaCheck: Sendable {
  private let schema: ProblemValue
  private static let notes: Set<String> = ["$schema", "$id", "$defs", "title", "description"]

  package init(_ schema: ProblemValue) { self.schema = schema }

  /// Everything that is wrong, each with the place; empty when the value is valid.
  package func faults(of value: ProblemValue) -> [String] { faults(value, schema, "$") }

  private func faults(_ value: ProblemValue, _ schema: ProblemValue, _ place: String) -> [String] {
    guard let keywords = schema.objectValue else {
      return schema == .bool(true) ? [] : ["\(place): nothing is allowed here"]
    }
    return keywords.sorted { $0.key < $1.key }.flatMap { keyword, rule in
      Self.notes.contains(keyword) ? [] : check(value, keyword, rule, keywords, place)
    }
  }

  private func check(
    _ value: ProblemValue, _ keyword: String, _ rule: ProblemValue, _ all: [String: ProblemValue], _ place: String
  ) -> [String] {
    func unless(_ holds: Bool, _ message: @autoclosure () -> String) -> [String] {
      holds ? [] : ["\(place): \(message())"]
    }
    switch keyword {
    case "$ref":
      let target = (rule.stringValue ?? "").split(separator: "/").dropFirst().reduce(Optional(self.schema)) {
        found, name in
        found?.objectValue?[String(name)]
      }
      return target.map { faults(value, $0, place) } ?? ["\(place): the schema refers to nothing: \(rule.json)"]
    case "type":
      return unless(
        Self.isOf(value, rule.stringValue ?? ""), "must be of type \(rule.json), is \(value.json.prefix(40))")
    case "const": return unless(value == rule, "must be \(rule.json)")
    case "enum": return unless(rule.arrayValue?.contains(value) == true, "\(value.json) is none of \(rule.json)")
    case "required":
      guard let members = value.objectValue else { return [] }
      let missing = (rule.arrayValue ?? []).compactMap(\.stringValue).filter { members[$0] == nil }
      return unless(missing.isEmpty, "lacks \(missing.joined(separator: ", "))")
    case "properties":
      return (rule.objectValue ?? [:]).sorted { $0.key < $1.key }.flatMap { name, part in
        (value.objectValue?[name]).map { faults($0, part, "\(place).\(name)") } ?? []
      }
    case "additionalProperties":
      let known = all["properties"]?.objectValue ?? [:]
      return (value.objectValue ?? [:]).sorted { $0.key < $1.key }.filter { known[$0.key] == nil }.flatMap {
        rule == .bool(false) ? ["\(place): \"\($0.key)\" is not known"] : faults($0.value, rule, "\(place).\($0.key)")
      }
    case "items":
      return (value.arrayValue ?? []).enumerated().flatMap { faults($0.element, rule, "\(place)[\($0.offset)]") }
    case "uniqueItems":
      guard let items = value.arrayValue else { return [] }
      return unless(Set(items).count == items.count, "holds something twice")
    case "minimum":
      guard let number = Self.number(value), let least = Self.number(rule) else { return [] }
      return unless(number >= least, "must be at least \(rule.json)")
    case "minLength":
      guard let text = value.stringValue else { return [] }
      return unless(text.count >= Int(rule.integerValue ?? 0), "is too short")
    case "pattern":
      guard let text = value.stringValue else { return [] }
      guard let pattern = rule.stringValue, let expression = try? Regex(pattern) else {
        return ["\(place): the schema's pattern \(rule.json) cannot be read"]
      }
      return unless(text.firstMatch(of: expression) != nil, "\(value.json) does not match \(rule.json)")
    default: return ["\(place): the schema's keyword \"\(keyword)\" is not known here"]
    }
  }

  private static func isOf(_ value: ProblemValue, _ type: String) -> Bool {
    switch (value, type) {
    case (.null, "null"), (.bool, "boolean"), (.string, "string"), (.array, "array"), (.object, "object"): true
    case (.integer, "integer"), (.integer, "number"), (.number, "number"): true
    case (.number, "integer"): value.integerValue != nil
    default: false
    }
  }

  private static func number(_ value: ProblemValue) -> Double? {
    switch value {
    case .integer(let number): Double(number)
    case .number(let number): number
    default: nil
    }
  }
}
