public import Logging
import Tracing

extension Logger.MetadataProvider {
  /// Puts `trace_id` and `span_id` of the current task into each log line, so that log and traces can be joined.
  public static let traceContext = Logger.MetadataProvider {
    guard let context = InstrumentationContext.current?.traceContext else { return [:] }
    return ["trace_id": "\(context.traceID)", "span_id": "\(context.spanID)"]
  }
}
