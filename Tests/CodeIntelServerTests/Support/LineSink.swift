import CellTelemetry
import Foundation
import Logging
import Synchronization
import TraceExport

/// Keeps JSON log lines, as `codeintel serve` would write them.
final class LineSink: LogSink {
  private let kept = Mutex<[String]>([])

  func write(_ line: [UInt8]) { kept.withLock { $0.append(String(decoding: line, as: UTF8.self)) } }

  var logger: Logger {
    Logger(label: "test") { JSONLinesLogHandler(label: $0, sink: self, metadataProvider: .traceContext) }
  }

  /// The lines as they are.
  var all: [String] { kept.withLock { $0 } }

  /// Lines with this message, their own members and those of `metadata` in one.
  func lines(_ message: String) throws -> [[String: String]] {
    try kept.withLock { $0 }.compactMap { line in
      guard let members = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
        members["message"] as? String == message
      else { return nil }
      let all = members.merging(members["metadata"] as? [String: Any] ?? [:]) { $1 }
      return all.mapValues { "\($0)" }
    }
  }
}
