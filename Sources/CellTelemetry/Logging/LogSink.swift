/// Where finished log lines go.
public protocol LogSink: Sendable {
  /// Takes one line, which ends in a line feed. Must not throw or trap; what cannot be written is lost.
  func write(_ line: [UInt8])
}
