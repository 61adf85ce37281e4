internal import CCellSupport
import ProblemDetails

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The other side of ``RuleIsolation``: what the started program does. The process ends with it.
public enum IsolatedChild {
  /// The descriptor to which the result is written.
  private static let result: Int32 = 3

  /// Plays one rule against a blocking backend, writes the result and ends the process.
  public static func play(_ rule: Rule, _ backend: some BlockingCellBackend, options: RunOptions) -> Never {
    play(rule, subject: BlockingSubject(backend), options: options)
  }

  /// Plays one rule against a suspending backend, writes the result and ends the process.
  public static func play(_ rule: Rule, _ backend: some SuspendingCellBackend, options: RunOptions) -> Never {
    play(rule, subject: SuspendingSubject(backend), options: options)
  }

  package static func play(_ rule: Rule, subject: any Subject, options: RunOptions) -> Never {
    cell_die_with_parent()
    let player = RulePlayer(subject, options: options)
    let watch = RuleWatchdog.Watch(rule: rule, patience: options.patience, deathNote: nil) { evidence in
      end(with: player.wedged(rule, evidence))
    } onLife: {
      send(".\n")
    }
    do {
      try KitThread.start("cell-conductor") {
        RuleWatchdog.shared.begin(watch)
        let result = player.conduct(rule)
        // A pool whose threads are all blocked is a fault that no call of this rule can see.
        RuleWatchdog.shared.concluded(watch)
        PoolAnswer().wait()
        end(with: result)
      }
    } catch {
      end(with: RuleResult(rule, .inconclusive, note: "\(error)", seed: options.seed))
    }
    while true { pause() }
  }

  private static func end(with result: RuleResult) -> Never {
    send("\n" + result.wire.json + "\n")
    _exit(0)
  }

  /// Held while a text is written: a long result fills the pipe, and a sign of life in its middle would spoil it.
  private static let line = Monitor()

  /// Writes to the descriptor on which a parent listens.
  package static func send(_ text: String) {
    line.locked {
      var bytes = Array(text.utf8)[...]
      while !bytes.isEmpty {
        let count = bytes.withUnsafeBytes { write(result, $0.baseAddress, $0.count) }
        guard count > 0 else { return }
        bytes = bytes.dropFirst(count)
      }
    }
  }
}

/// Waits until the cooperative pool ran a task: it never does when a backend blocked all its threads.
private final class PoolAnswer: @unchecked Sendable {
  // @unchecked: `isThere` is used under the monitor only.
  private let monitor = Monitor()
  private var isThere = false

  func wait() {
    Task.detached {
      self.monitor.locked {
        self.isThere = true
        self.monitor.broadcast()
      }
    }
    monitor.locked { while !isThere { monitor.wait() } }
  }
}
