import Foundation
import Lifespan
import Synchronization

/// Progress of a prewarm on standard error: a bar on a terminal, one line a cell elsewhere.
final class PrewarmProgress: Sendable {
  private let done = Mutex(0)
  private let total: Int
  private let terminal: Terminal
  private let write: @Sendable (String) -> Void
  private let bar: ProgressBar?

  init(total: Int, terminal: Terminal, write: @escaping @Sendable (String) -> Void = StandardStreams.error) {
    self.total = total
    self.terminal = terminal
    self.write = write
    bar = terminal.isInteractive ? ProgressBar(terminal: terminal, write: write) : nil
    bar?.stage("prewarm", done: 0, total: total)
  }

  /// One cell has come to its end.
  func ended(_ item: PreloadReport.Item) {
    let number = done.withLock { done in
      done += 1
      return done
    }
    if let bar { return bar.stage("prewarm", done: number, total: total) }
    let milliseconds = String(format: "%.1f", item.duration / .milliseconds(1))
    write("prewarm \(number)/\(total): \(item.name) \(item.outcome.rawValue) in \(milliseconds) ms\n")
  }

  /// Ends the bar's line.
  func finish() { bar?.finish() }
}
