import ProblemDetails

/// The OpenAPI document with the bounds that the running service has: what the document accepts, the service accepts.
struct ServiceDescription: Sendable {
  /// The document, UTF-8.
  let json: [UInt8]

  /// - Throws: `ProblemDetailsError` when the document that is part of the program is no JSON.
  init(_ bounds: SearchParameters.Bounds) throws {
    let document = try ProblemValue(json: PackageResources.openapi_json)
    json = Array(Self.stated(document, Self.schemas(bounds)).json.utf8)
  }

  /// What differs from the document, by the parameter's name.
  private static func schemas(_ bounds: SearchParameters.Bounds) -> [String: [String: ProblemValue]] {
    let limit = bounds.limitRange
    let offset = bounds.offsetRange
    return [
      "limit": [
        "minimum": .integer(Int64(limit.lowerBound)), "maximum": .integer(Int64(limit.upperBound)),
        "default": .integer(Int64(bounds.defaultLimit)),
      ],
      "offset": ["minimum": .integer(Int64(offset.lowerBound)), "maximum": .integer(Int64(offset.upperBound))],
      "deadline": [
        "minimum": .integer(Int64(bounds.deadlineRange.lowerBound)),
        "maximum": .integer(Int64(bounds.deadlineRange.upperBound)),
        "default": .integer(Int64(bounds.defaultDeadline / .milliseconds(1))),
      ],
    ]
  }

  /// A query parameter's schema is in `schema` beside its `name`, a member's is under its name in `properties`.
  private static func stated(_ value: ProblemValue, _ schemas: [String: [String: ProblemValue]]) -> ProblemValue {
    switch value {
    case .array(let values): return .array(values.map { stated($0, schemas) })
    case .object(var members):
      if members["in"]?.stringValue == "query", let changes = members["name"]?.stringValue.flatMap({ schemas[$0] }),
        let schema = members["schema"]?.objectValue
      {
        members["schema"] = .object(schema.merging(changes) { _, new in new })
      }
      if let components = members["schemas"]?.objectValue, var request = components["SearchRequest"]?.objectValue,
        var properties = request["properties"]?.objectValue
      {
        for (name, changes) in schemas {
          guard let schema = properties[name]?.objectValue else { continue }
          properties[name] = .object(schema.merging(changes) { _, new in new })
        }
        request["properties"] = .object(properties)
        members["schemas"] = .object(components.merging(["SearchRequest": .object(request)]) { _, new in new })
      }
      return .object(members.mapValues { stated($0, schemas) })
    default: return value
    }
  }
}
