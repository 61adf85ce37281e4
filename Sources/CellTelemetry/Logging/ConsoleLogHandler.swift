public import Logging

/// Writes each log event as one line for people: time of day, level, label, message, and the metadata as `key=value`.
public struct ConsoleLogHandler: LogHandler {
  private let label: String
  private let sink: any LogSink
  private let isColored: Bool
  private let now: @Sendable () -> WallTime
  private var state = HandlerState()

  /// A handler for one logger, at level `info`.
  ///
  /// - Parameter isColored: whether levels are coloured; the caller knows whether the sink is a terminal that shows it.
  public init(
    label: String, sink: any LogSink = DescriptorLogSink.standardError, isColored: Bool = false,
    metadataProvider: Logger.MetadataProvider? = nil, now: @escaping @Sendable () -> WallTime = { .now }
  ) {
    self.label = label
    self.sink = sink
    self.isColored = isColored
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

  /// Adds metadata of the moment.
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
    let level = event.level.rawValue.uppercased()
    let padded = level + String(repeating: " ", count: max(0, 8 - level.count))
    var line = "\(now().timeOfDay) \(painted(padded, event.level)) \(label): \(Self.plain(event.message.description))"
    for (key, value) in state.merged(with: event.metadata).sorted(by: { $0.key < $1.key }) {
      line += " \(key)=\(Self.quoted(value.description))"
    }
    if let error = event.error { line += " (\(Self.plain(String(describing: error))))" }
    sink.write(Array((line + "\n").utf8))
  }

  private func painted(_ text: String, _ level: Logger.Level) -> String {
    guard isColored else { return text }
    let color =
      switch level {
      case .trace, .debug: 90
      case .info, .notice: 36
      case .warning: 33
      case .error, .critical: 31
      }
    return "\u{1B}[\(color)m\(text)\u{1B}[0m"
  }

  /// Text on one line, without control characters: a log line must not be able to forge another one or steer a terminal.
  private static func plain(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
  }

  private static func quoted(_ text: String) -> String {
    let plain = plain(text)
    guard plain.isEmpty || plain.contains(where: { $0 == " " || $0 == "\"" || $0 == "=" }) else { return plain }
    return "\"" + plain.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"") + "\""
  }
}
