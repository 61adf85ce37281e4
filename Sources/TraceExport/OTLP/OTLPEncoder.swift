import ProblemDetails
import Tracing

/// Spans as `ExportTraceServiceRequest` in OTLP's JSON: ids in hexadecimal, 64-bit integers as text, enums as numbers.
struct OTLPEncoder: Sendable {
  let resource: [String: String]
  static let scope = "runtime-cells"

  func encode(_ spans: [FinishedSpan]) -> [UInt8] {
    let request: ProblemValue = [
      "resourceSpans": [
        [
          "resource": [
            "attributes": .array(resource.sorted { $0.key < $1.key }.map { Self.pair($0.key, .string($0.value)) })
          ],
          "scopeSpans": [["scope": ["name": .string(Self.scope)], "spans": .array(spans.map(Self.span))]],
        ]
      ]
    ]
    return Array(request.json.utf8)
  }

  private static func span(_ span: FinishedSpan) -> ProblemValue {
    var members: [String: ProblemValue] = [
      "traceId": .string(span.context.traceID), "spanId": .string(span.context.spanID), "name": .string(span.name),
      "kind": .integer(number(span.kind)), "flags": .integer(span.context.isSampled ? 1 : 0),
      "startTimeUnixNano": .string(String(span.start)), "endTimeUnixNano": .string(String(span.end)),
      "attributes": attributes(span.attributes), "status": status(span.status),
    ]
    if let parent = span.parentSpanID { members["parentSpanId"] = .string(parent) }
    if let state = span.context.traceState { members["traceState"] = .string(state) }
    if !span.events.isEmpty {
      members["events"] = .array(
        span.events.map { event in
          [
            "timeUnixNano": .string(String(event.nanosecondsSinceEpoch)), "name": .string(event.name),
            "attributes": attributes(event.attributes),
          ]
        })
    }
    let links = span.links.compactMap { link -> ProblemValue? in
      guard let place = link.context.traceContext else { return nil }
      return [
        "traceId": .string(place.traceID), "spanId": .string(place.spanID), "attributes": attributes(link.attributes),
      ]
    }
    if !links.isEmpty { members["links"] = .array(links) }
    return .object(members)
  }

  private static func number(_ kind: SpanKind) -> Int64 {
    switch kind {
    case .internal: 1
    case .server: 2
    case .client: 3
    case .producer: 4
    case .consumer: 5
    }
  }

  private static func status(_ status: SpanStatus?) -> ProblemValue {
    guard let status else { return .object([:]) }
    switch status.code {
    case .ok: return ["code": 1]
    case .error: return ["code": 2, "message": .string(status.message ?? "")]
    }
  }

  private static func attributes(_ attributes: SpanAttributes) -> ProblemValue {
    var pairs: [(String, ProblemValue)] = []
    attributes.forEach { key, value in pairs.append((key, self.value(value))) }
    return .array(pairs.sorted { $0.0 < $1.0 }.map { ["key": .string($0.0), "value": $0.1] })
  }

  private static func pair(_ key: String, _ value: SpanAttribute) -> ProblemValue {
    ["key": .string(key), "value": self.value(value)]
  }

  /// An `AnyValue`.
  private static func value(_ attribute: SpanAttribute) -> ProblemValue {
    switch attribute {
    case .int32(let value): integer(Int64(value))
    case .int64(let value): integer(value)
    case .double(let value): double(value)
    case .bool(let value): ["boolValue": .bool(value)]
    case .string(let value): ["stringValue": .string(value)]
    case .int32Array(let values): array(values.map { integer(Int64($0)) })
    case .int64Array(let values): array(values.map(integer))
    case .doubleArray(let values): array(values.map(double))
    case .boolArray(let values): array(values.map { ["boolValue": .bool($0)] })
    case .stringArray(let values): array(values.map { ["stringValue": .string($0)] })
    case .stringConvertible(let value): ["stringValue": .string(value.description)]
    case .stringConvertibleArray(let values): array(values.map { ["stringValue": .string($0.description)] })
    default: ["stringValue": ""]
    }
  }

  private static func integer(_ value: Int64) -> ProblemValue { ["intValue": .string(String(value))] }

  /// Protobuf's JSON writes the values that JSON lacks as text.
  private static func double(_ value: Double) -> ProblemValue {
    if value.isNaN { return ["doubleValue": "NaN"] }
    if value.isInfinite { return ["doubleValue": value < 0 ? "-Infinity" : "Infinity"] }
    return ["doubleValue": .number(value)]
  }

  private static func array(_ values: [ProblemValue]) -> ProblemValue {
    ["arrayValue": ["values": .array(values)]]
  }
}
