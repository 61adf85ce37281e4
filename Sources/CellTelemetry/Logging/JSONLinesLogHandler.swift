public import Logging
import ProblemDetails

/// Writes each log event as one JSON object on one line, for machines.
///
/// Members, in this order, those without a value left out: `time` (RFC 3339, UTC), `level`, `label`, `message`,
/// `request_id`, `trace_id`, `span_id`, `source`, `metadata` (an object; numbers and truth values as such), `problem` (the
/// event's error as RFC 9457 has it, with its detail: the log is where the detail belongs). The three ids come from the
/// metadata of these names; a problem's `instance` from `problem_instance`, so that the log and an answer agree. An event
/// without an error keeps `problem_instance` in its metadata.
public struct JSONLinesLogHandler: LogHandler {
  private static let idNames = ["request_id", "trace_id", "span_id"]
  private let label: String
  private let sink: any LogSink
  private let now: @Sendable () -> WallTime
  private var state = HandlerState()

  /// A handler for one logger, at level `info`.
  public init(
    label: String, sink: any LogSink = DescriptorLogSink.standardError,
    metadataProvider: Logger.MetadataProvider? = nil,
    now: @escaping @Sendable () -> WallTime = { .now }
  ) {
    self.label = label
    self.sink = sink
    self.now = now
    state.metadataProvider = metadataProvider
  }

  /// The least level that is logged.
  public var logLevel: Logger.Level {
    get { state.logLevel }
    set { state.logLevel = newValue }
  }

  /// Metadata of every event.
  public var metadata: Logger.Metadata {
    get { state.metadata }
    set { state.metadata = newValue }
  }

  /// Adds metadata of the moment, such as a trace's ids.
  public var metadataProvider: Logger.MetadataProvider? {
    get { state.metadataProvider }
    set { state.metadataProvider = newValue }
  }

  /// One member of ``metadata``.
  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { state.metadata[key] }
    set { state.metadata[key] = newValue }
  }

  /// Writes an event.
  public func log(event: LogEvent) {
    var metadata = state.merged(with: event.metadata)
    var line = JSONLine()
    line.add("time", now().rfc3339)
    line.add("level", event.level.rawValue)
    line.add("label", label)
    line.add("message", event.message.description)
    for name in Self.idNames {
      if let id = metadata.removeValue(forKey: name) { line.add(name, id.description) }
    }
    line.add("source", event.source)
    let instance = event.error == nil ? nil : metadata.removeValue(forKey: "problem_instance")?.description
    if !metadata.isEmpty { line.add("metadata", metadata) }
    if let error = event.error {
      let problem = ProblemDetails(describing: error, instance: instance ?? ProblemDetails.newInstance())
      if let json = try? problem.jsonString() { line.add("problem", json: json) }
    }
    sink.write(line.finish())
  }
}
