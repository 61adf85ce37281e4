import Foundation
import Indexing
import Synchronization

/// Progress on standard error: a bar with rate and time left on a terminal, one line a finished stage elsewhere.
final class ProgressBar: IndexProgress {
  private struct State {
    var stage = ""
    var started: ContinuousClock.Instant
    var drawn: ContinuousClock.Instant?
    var done = 0
    var total: Int?
  }

  private let state: Mutex<State>
  private let terminal: Terminal
  private let write: @Sendable (String) -> Void
  private let now: @Sendable () -> ContinuousClock.Instant

  /// Draws at most ten times a second through `write`; `now` is injected for tests.
  init(
    terminal: Terminal,
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
    write: @escaping @Sendable (String) -> Void = StandardStreams.error
  ) {
    self.terminal = terminal
    self.write = write
    self.now = now
    state = Mutex(State(started: now()))
  }

  func stage(_ name: String, done: Int, total: Int?) {
    let text = state.withLock { state -> String in
      let time = now()
      var text = ""
      if state.stage != name {
        text += finishedLine(state, at: time)
        state = State(stage: name, started: time)
      }
      state.done = done
      state.total = total
      let due = state.drawn.map { $0.duration(to: time) >= .milliseconds(100) } ?? true
      if terminal.isInteractive, due || done == total {
        state.drawn = time
        text += "\r" + bar(state, at: time) + "\u{1B}[K"
      }
      return text
    }
    if !text.isEmpty { write(text) }
  }

  /// Ends the current stage's line.
  func finish() {
    let text = state.withLock { state -> String in
      let text = finishedLine(state, at: now())
      state = State(started: now())
      return text
    }
    if !text.isEmpty { write(text) }
  }

  private func finishedLine(_ state: State, at time: ContinuousClock.Instant) -> String {
    guard !state.stage.isEmpty else { return "" }
    let seconds = Self.seconds(state.started.duration(to: time))
    let line = "\(state.stage): \(state.done) in \(Self.short(seconds)) s (\(Self.rate(state.done, seconds)))"
    return (terminal.isInteractive ? "\r\u{1B}[K" : "") + line + "\n"
  }

  private func bar(_ state: State, at time: ContinuousClock.Instant) -> String {
    let seconds = Self.seconds(state.started.duration(to: time))
    let rate = Self.rate(state.done, seconds)
    guard let total = state.total, total > 0 else { return "\(state.stage) \(state.done)  \(rate)" }
    let share = min(1, Double(state.done) / Double(total))
    let left = state.done > 0 ? seconds / Double(state.done) * Double(max(0, total - state.done)) : 0
    let tail = "  \(state.done)/\(total)  \(rate)  \(Self.short(left)) s left"
    let room = max(5, min(40, terminal.width - state.stage.count - tail.count - 4))
    let full = Int(share * Double(room))
    return "\(state.stage) [\(String(repeating: "#", count: full))\(String(repeating: "-", count: room - full))]\(tail)"
  }

  private static func seconds(_ duration: Duration) -> Double { duration / .seconds(1) }

  private static func rate(_ count: Int, _ seconds: Double) -> String {
    seconds > 0.01 ? "\(short(Double(count) / seconds))/s" : "-/s"
  }

  static func short(_ value: Double) -> String {
    value >= 100 ? String(Int(value.rounded())) : String(format: "%.1f", value)
  }
}
