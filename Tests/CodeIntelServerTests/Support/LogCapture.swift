import InMemoryLogging
import Logging

/// Keeps log lines in memory.
struct LogCapture: Sendable {
  struct Line: Sendable {
    let level: Logger.Level
    let message: String
    let metadata: [String: String]
    let error: String?
  }

  private let handler: InMemoryLogHandler

  init() {
    var handler = InMemoryLogHandler()
    handler.logLevel = .debug
    self.handler = handler
  }

  var logger: Logger { Logger(label: "test") { _ in handler } }

  var lines: [Line] {
    handler.entries.map { entry in
      Line(
        level: entry.level, message: entry.message.description, metadata: entry.metadata.mapValues(\.description),
        error: entry.error.map { "\($0)" })
    }
  }
}
