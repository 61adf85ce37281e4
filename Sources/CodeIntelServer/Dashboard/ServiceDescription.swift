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

  /// A bound stands in the parameter of `GET /search` and in the member of the body of `POST /search`.
  private static func stated(_ document: ProblemValue, _ schemas: [String: [String: ProblemValue]]) -> ProblemValue {
    let document = document.changing(["paths", "/search", "get", "parameters"]) { parameters in
      .array(
        (parameters.arrayValue ?? []).map { parameter in
          let changes = schemas[parameter.objectValue?["name"]?.stringValue ?? ""] ?? [:]
          return parameter.changing(["schema"]) { $0.merging(changes) }
        })
    }
    return schemas.reduce(document) { document, change in
      document.changing(["components", "schemas", "SearchRequest", "properties", change.key]) {
        $0.merging(change.value)
      }
    }
  }
}

extension ProblemValue {
  /// The value with the one at a path of member names changed; as it is when there is none.
  fileprivate func changing(_ path: ArraySlice<String>, _ change: (ProblemValue) -> ProblemValue) -> ProblemValue {
    guard let name = path.first else { return change(self) }
    guard var members = objectValue, let inner = members[name] else { return self }
    members[name] = inner.changing(path.dropFirst(), change)
    return .object(members)
  }

  fileprivate func merging(_ changes: [String: ProblemValue]) -> ProblemValue {
    .object((objectValue ?? [:]).merging(changes) { _, new in new })
  }
}
