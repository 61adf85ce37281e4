import ArgumentParser
import CellConformance
import ProblemDetails

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `power`: how surely broken cells are caught and correct ones pass, counted over many runs.
struct Power: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Counts over many runs how often broken cells are caught and correct ones pass.")
  @Option(help: "The file in which the counts add up.") var file = "docs/reports/power.json"
  @Option(help: "The page made from it.") var page = "docs/power.md"
  @Option(help: "Runs to add of each pair and each backend.") var runs = 1
  @Option(help: "What is run: broken cells; correct ones on an idle or a loaded machine, in a debug build or under TSan.")
  var group: [PowerGroup] = [.broken, .idle]
  @Flag(help: "Add to the counts of the file; otherwise those groups begin anew.") var resume = false
  @Option(help: "Only cells whose name contains this.") var only: String?
  @Flag(help: "Write nothing, and fail on any miss or false alarm.") var check = false

  func validate() throws {
    if runs < 1 { throw ValidationError("--runs must be at least 1") }
  }

  func run() async throws {
    var ledger = PowerLedger(json: FileManager.default.contents(atPath: file))
    if check { ledger = PowerLedger(json: nil) } else if !resume { ledger.forget(group) }
    for number in 1...runs {
      for group in group {
        let load = group == .loaded ? Load() : nil
        defer { load?.stop() }
        try await round(of: group, into: &ledger)
      }
      // After each run, so that an interrupted night keeps what it counted.
      if !check {
        try write(ledger.json, to: file)
        try write(ledger.markdown, to: page)
      }
      if number.isMultiple(of: 10) { print("\(number) of \(runs) runs: \(ledger.summary)") }
    }
    print(ledger.summary)
    if check, !ledger.isClean { throw Ending.kitFailed }
  }

  private func round(of group: PowerGroup, into ledger: inout PowerLedger) async throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var words = ["power-round", "--group", "\(group)", "--seed", String(seed)]
    if let only { words += ["--only", only] }
    let child = ChildProcess(executable: "/proc/self/exe", arguments: words)
    let remains = try await child.remains(patience: .standard)
    for line in remains.result.split(separator: UInt8(ascii: "\n")) {
      guard let members = try? ProblemValue(json: line).objectValue, let name = members["name"]?.stringValue else {
        continue
      }
      let isHit = members["hit"] == .bool(true)
      ledger.add(group, name, isHit: isHit, seed: seed)
      if !isHit { print("\(group.rawValue): \(name), seed \(seed): \(members["detail"]?.stringValue ?? "")") }
    }
    guard case .exited(code: 0) = remains.ending else {
      print("a round of \(group.rawValue) with seed \(seed) ended as \(remains.ending): \(remains.text.suffix(2000))")
      throw Ending.kitFailed
    }
  }

  private func write(_ text: String, to path: String) throws {
    let url = URL(filePath: path)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url, options: .atomic)
  }
}

/// Keeps every processor busy with something else.
private final class Load: Sendable {
  private let stopped = Stopped()

  init() {
    for number in 0..<ProcessInfo.processInfo.activeProcessorCount {
      try? KitThread.start("load-\(number)") { [stopped] in while !stopped.isSet {} }
    }
  }

  func stop() { stopped.set() }

  private final class Stopped: @unchecked Sendable {
    // @unchecked: used under the monitor only.
    private let monitor = Monitor()
    private var value = false
    var isSet: Bool { monitor.locked { value } }
    func set() { monitor.locked { value = true } }
  }
}
