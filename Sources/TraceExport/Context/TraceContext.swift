public import Tracing

/// Which span of which trace a piece of work belongs to, as W3C Trace Context has it (Recommendation of 23 November 2021).
public struct TraceContext: Sendable, Hashable {
  /// The trace: 32 lower-case hexadecimal digits, not all zero.
  public let traceID: String
  /// The span: 16 lower-case hexadecimal digits, not all zero.
  public let spanID: String
  /// Whether the caller records the trace (bit 0 of the flags).
  public let isSampled: Bool
  /// What other vendors' tracers passed along; kept as it came.
  public let traceState: String?

  /// A context; nil when an id is not of the required form.
  public init?(traceID: String, spanID: String, isSampled: Bool, traceState: String? = nil) {
    guard Hexadecimal.isID(traceID, digits: 32), Hexadecimal.isID(spanID, digits: 16) else { return nil }
    self.init(checkedTraceID: traceID, spanID: spanID, isSampled: isSampled, traceState: traceState)
  }

  init(checkedTraceID traceID: String, spanID: String, isSampled: Bool, traceState: String?) {
    self.traceID = traceID
    self.spanID = spanID
    self.isSampled = isSampled
    self.traceState = traceState
  }

  /// The context of a `traceparent` header; nil when it must be ignored by section 3.2 of the Recommendation.
  ///
  /// A version above 00 is read as far as version 00 goes; version ff is invalid.
  public init?(traceparent: String, tracestate: String? = nil) {
    let parts = traceparent.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    guard parts.count >= 4, parts[0].utf8.count == 2, Hexadecimal.isHexadecimal(parts[0]), parts[0] != "ff",
      parts[0] != "00" || parts.count == 4, parts[3].utf8.count == 2, let flags = UInt8(parts[3], radix: 16),
      Hexadecimal.isHexadecimal(parts[3])
    else { return nil }
    self.init(
      traceID: parts[1], spanID: parts[2], isSampled: flags & 1 == 1,
      traceState: tracestate.flatMap { Self.isUsable($0) ? $0 : nil })
  }

  /// The value of a `traceparent` header.
  public var traceparent: String { "00-\(traceID)-\(spanID)-0\(isSampled ? 1 : 0)" }

  /// A list that is too long, or that would smuggle a line break into a header, is dropped.
  private static func isUsable(_ state: String) -> Bool {
    !state.isEmpty && state.utf8.count <= 512 && state.utf8.allSatisfy { (0x20...0x7E).contains($0) }
      && state.split(separator: ",").count <= 32
  }
}

extension InstrumentationContext {
  private enum Key: InstrumentationContextKey {
    typealias Value = TraceContext
    static var nameOverride: String? { "traceparent" }
  }

  /// The span that this context belongs to, if one of ours or a caller's is known.
  public var traceContext: TraceContext? {
    get { self[Key.self] }
    set { self[Key.self] = newValue }
  }
}
