/// What it means for a rule that its process was lost: the finding, in words that tell an adopter where to look.
enum ProcessLoss {
  static func finding(_ remains: ChildProcess.Remains) -> Finding {
    let said = lastWords(remains.text)
    switch remains.ending {
    case .killed(let signal):
      let name = signalName(signal)
      return Finding(
        .processTrapped,
        "the process that played this rule was ended by signal \(signal)\(name.map { " (\($0))" } ?? "")",
        proof: said + [
          "check: does the code that this rule calls trap (fatalError, a force unwrap, an index), or abort?"
        ])
    case .exited(let code):
      return Finding(
        .processExited, "the process that played this rule exited with code \(code) before there was a result",
        proof: said + [
          "check: does the backend, or something it calls, call exit()? A library must leave that to its host."
        ])
    case .hung(let evidence):
      return Finding(
        .processHung, "the process that played this rule made no progress and was ended: \(evidence)",
        proof: said + ["check: is there a loop without an end, or a wait that nobody ends, outside of every call?"])
    }
  }

  /// What a process printed at its end, for the reason is usually there: the trap's own lines, else the last ones.
  private static func lastWords(_ text: String) -> [String] {
    let lines = text.split(separator: "\n")
    let traps = lines.filter { $0.contains("Fatal error:") || $0.contains("Precondition failed") }
    return (traps.isEmpty ? lines.suffix(3) : traps.prefix(3)).map { "it printed: \($0.prefix(300))" }
  }

  private static func signalName(_ number: Int) -> String? {
    [
      4: "SIGILL, how a Swift trap ends on some processors", 5: "SIGTRAP, how a Swift trap ends", 6: "SIGABRT",
      7: "SIGBUS", 8: "SIGFPE", 9: "SIGKILL, perhaps for want of memory", 11: "SIGSEGV", 13: "SIGPIPE", 15: "SIGTERM",
    ][number]
  }
}
