import ProblemDetails

/// The OpenAPI document with the bounds and the names that the running service has: what the document accepts, the service
/// accepts.
struct ServiceDescription: Sendable {
  /// The document, UTF-8.
  let json: [UInt8]

  /// - Throws: `ProblemDetailsError` when the document that is part of the program is no JSON.
  init(_ bounds: SearchParameters.Bounds, cells: [String]) throws {
    let document = Self.administering(cells, in: try ProblemValue(json: PackageResources.openapi_json))
    let weights = Self.weights(of: bounds.channels.sorted())
    json = Array(
      Self.stated(
        document, query: Self.schemas(bounds).merging(["weights": weights.query]) { $1 },
        body: Self.schemas(bounds).merging(["weights": weights.body]) { $1 }
      ).json.utf8)
  }

  /// What differs from the document, by the parameter's name.
  private static func schemas(_ bounds: SearchParameters.Bounds) -> [String: [String: ProblemValue]] {
    let limit = bounds.limitRange
    let offset = bounds.offsetRange
    let channel: ProblemValue = ["type": "string", "enum": .array(bounds.channels.sorted().map(ProblemValue.string))]
    return [
      "channels": ["items": channel],
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

  /// Weights by channel, each once: as a text in a query, as an object in a body.
  private static func weights(
    of channels: [String]
  ) -> (query: [String: ProblemValue], body: [String: ProblemValue]) {
    let name = "(?:\(channels.joined(separator: "|")))"
    // 0.001 to 1000 with at most three decimals.
    let number =
      #"(?:1000(?:\.0{1,3})?|[1-9][0-9]{0,2}(?:\.[0-9]{1,3})?|0\.(?:[1-9][0-9]{0,2}|0[1-9][0-9]?|00[1-9]))"#
    let once = #"(?!(?:.*,)?("# + channels.joined(separator: "|") + #"):.*,\1:)"#
    let range = ParameterReader.weightRange
    let weight: ProblemValue = [
      "type": "number", "minimum": .number(range.lowerBound), "maximum": .integer(Int64(range.upperBound)),
    ]
    return (
      ["pattern": .string("^\(once)\(name):\(number)(?:,\(name):\(number))*$")],
      ["properties": .object(Dictionary(channels.map { ($0, weight) }) { first, _ in first })]
    )
  }

  /// The names of cells that administration knows.
  private static func administering(_ cells: [String], in document: ProblemValue) -> ProblemValue {
    ["swap", "close", "prewarm"].reduce(document) { document, action in
      document.changing(["paths", "/admin/cells/{name}/\(action)", "post", "parameters"]) { parameters in
        .array(
          (parameters.arrayValue ?? []).map { parameter in
            parameter.changing(["schema"]) { $0.merging(["enum": .array(cells.map(ProblemValue.string))]) }
          })
      }
    }
  }

  /// A bound stands in the parameter of `GET /search` and in the member of the body of `POST /search`.
  private static func stated(
    _ document: ProblemValue, query: [String: [String: ProblemValue]], body: [String: [String: ProblemValue]]
  ) -> ProblemValue {
    let document = document.changing(["paths", "/search", "get", "parameters"]) { parameters in
      .array(
        (parameters.arrayValue ?? []).map { parameter in
          let changes = query[parameter.objectValue?["name"]?.stringValue ?? ""] ?? [:]
          return parameter.changing(["schema"]) { $0.merging(changes) }
        })
    }
    return body.reduce(document) { document, change in
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
