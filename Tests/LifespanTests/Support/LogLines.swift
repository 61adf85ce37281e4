import InMemoryLogging
import Logging

/// Keeps log lines as "level message: reason".
struct LogLines {
  private let handler: InMemoryLogHandler

  init() {
    var handler = InMemoryLogHandler()
    handler.logLevel = .debug
    self.handler = handler
  }

  var logger: Logger { Logger(label: "test") { _ in handler } }

  var all: [String] {
    handler.entries.map { entry in
      let reason = entry.metadata["reason"].map { ": \($0)" } ?? ""
      return "\(entry.level.rawValue) \(entry.message)\(reason)"
    }
  }
}
